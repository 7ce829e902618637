/**
 * The screen of a running machine: its VNC server, on a socket or port of its host, where the process itself listens. One
 * that was started with `-vnc none` gets a socket now, and gives it back (QMP `display-update`, 7.1 and newer).
 */
import {ActionError, CtysError, PreconditionError} from '../../../domain/errors.js'
import type {ScreenClient} from '../../../domain/ports/console-client.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {handler} from '../../../domain/work/handler.js'
import {provePlaces} from '../monitor/proof.js'
import {openWay, type Way} from '../monitor/reach.js'
import {isLocal, listenAt, queryVnc, type VncAddress} from '../monitor/vnc.js'
import {parseValues} from '../process/command-line-options.js'
import type {MonitorPlace} from '../process/monitors.js'
import type {QemuProcess} from '../process/processes.js'
import {screenKeeperScript} from '../remote/console-keeper.js'
import {vncPlaceScript} from '../remote/vnc-place.js'
import {atMonitor, chooseShown, nameOf, seenMachine} from './choose.js'
import {type Keeper, keep} from './keeper.js'
import {askClients} from './take.js'

export const screen = handler<'screen', QemuProcess>({
  check: chooseShown,
  run: async ({ask, target}, context, process) => {
    const client = context.screen
    if (client === undefined) throw new CtysError('INTERNAL', 'nobody is there for a screen')
    const {session, signal} = context
    if (ask.take !== undefined) await askClients(process, ask.who, context)
    const {way, give} = await findScreen(process, client, context)
    let keeper: Keeper | undefined
    try {
      keeper = await keep(screenKeeperScript, process, ask.who, context)
      const title = `${nameOf(process)} on ${formatTarget(target)}`
      let takenBy: string | undefined
      const wanted = keeper.wanted.then((by) => {
        takenBy = by
        return by
      })
      await client.show({title, wanted, open: () => openWay(session, way, {signal})}, signal)
      return {kind: 'screen', ...seenMachine(process), ...(takenBy !== undefined && {takenBy})}
    } finally {
      keeper?.end()
      await give()
    }
  },
})

interface Screen {
  readonly way: Way
  /** Puts back what was made for it. Never rejects. */
  give(): Promise<void>
}

async function findScreen(process: QemuProcess, client: ScreenClient, context: HostContext): Promise<Screen> {
  const {addresses} = await atMonitor(process, 'show its screen', context, queryVnc)
  const way = await wayTo(process, addresses, context)
  if (way !== undefined) return {way, give: async () => undefined}
  if (addresses.length > 0) {
    throw new PreconditionError('NO_CONSOLE', `${nameOf(process)}: its VNC server cannot be reached from its host`, {
      details: addresses.map(({host, service}) => (host === '' ? service : `${host}:${service}`)),
    })
  }
  const hasServer = process.commandLine.options.some(
    ({name, value}) => name === 'vnc' || (name === 'display' && /^vnc\b/.test(value)),
  )
  if (hasServer && !process.isolated) return madeScreen(process, await passwordFor(process, client), context)
  throw new PreconditionError('NO_CONSOLE', `${nameOf(process)}: was started without a VNC server`, {
    hint: 'see its screen with ctys screenshot; type with ctys keys and ctys type',
  })
}

/** A Unix socket before a port, and only what the process itself listens on. */
async function wayTo(
  process: QemuProcess,
  addresses: readonly VncAddress[],
  {session, signal}: HostContext,
): Promise<Way | undefined> {
  const places = [...addresses]
    .sort((a, b) => Number(b.isUnix) - Number(a.isUnix) || Number(isLocal(b)) - Number(isLocal(a)))
    .flatMap(({service, isUnix}): readonly MonitorPlace[] => {
      if (isUnix) return [{unix: service}]
      const port = Number(service)
      return Number.isInteger(port) && port > 0 ? [{tcp: port, last: port, telnet: false}] : []
    })
  if (places.length === 0) return undefined
  return (await provePlaces(session, process, places, {signal})).find((place) => 'to' in place)
}

/** Long enough for RFC 6143, 7.2.2: more characters count for nothing. */
const longestPassword = 8

/** One that QEMU was told to ask for, and that nobody has set yet: on a screen that is made now ctys sets it. */
async function passwordFor(process: QemuProcess, client: ScreenClient): Promise<string | undefined> {
  const asksFor = process.commandLine.options.some(({name, value}) => {
    if (name !== 'vnc') return false
    const words = parseValues(value, 'address')
    return ['on', ''].includes(words.get('password') ?? 'off')
  })
  if (!asksFor) return undefined
  const name = nameOf(process)
  const password = await client.secret?.(`VNC password to set for ${name}`)
  if (password === undefined) {
    throw new PreconditionError(
      'NO_CONSOLE',
      `${name}: its screen has a password, which is asked for on a terminal only`,
      {
        hint: 'see its screen with ctys screenshot',
      },
    )
  }
  if (password.length <= longestPassword && /^[ -~]+$/.test(password)) return password
  throw new PreconditionError('UNSUPPORTED', `${name}: a VNC password is 1 to ${longestPassword} ASCII characters`)
}

async function madeScreen(process: QemuProcess, password: string | undefined, context: HostContext): Promise<Screen> {
  const {session, signal} = context
  const {exitCode, stdout} = await session.script(vncPlaceScript, ['make', process.uid], {signal})
  const path = stdout.toString()
  if (exitCode !== 0)
    throw new ActionError('COMMAND_FAILED', `${nameOf(process)}: no place for the socket of its screen`)
  const give = async () => {
    const late = {...context, signal: AbortSignal.timeout(5_000)}
    await atMonitor(process, 'close its screen', late, async (monitor) => {
      await listenAt(monitor, undefined)
      if (password !== undefined) await monitor.execute?.('expire_password', {protocol: 'vnc', time: 'now'})
    }).catch(() => undefined)
    await session.script(vncPlaceScript, ['remove', path]).catch(() => undefined)
  }
  try {
    await atMonitor(process, 'show its screen', context, async (monitor) => {
      if (password !== undefined) {
        await monitor.execute?.('set_password', {protocol: 'vnc', password})
        await monitor.execute?.('expire_password', {protocol: 'vnc', time: 'never'})
      }
      await listenAt(monitor, path)
    })
    const way = await wayTo(process, [{host: '', service: path, isUnix: true}], context)
    if (way !== undefined) return {way, give}
    throw new ActionError('MONITOR_FAILED', `${nameOf(process)}: QEMU opened no socket for its screen`)
  } catch (error) {
    await give()
    throw error
  }
}
