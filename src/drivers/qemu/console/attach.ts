/**
 * Opens the serial console of a running machine to take part in it: proven to be that of the machine by its own monitor, and
 * nothing may be typed before QEMU has taken this connection.
 */
import type {Duplex} from 'node:stream'
import type {OpenConsole} from '../../../domain/ports/console-client.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {ConsoleAsk} from '../../../domain/work/console-asks.js'
import {doubling, passing} from '../../../lib/passing.js'
import {unreachable} from '../cancel/unreachable.js'
import {overHmp} from '../monitor/adapters.js'
import {openHmp} from '../monitor/hmp.js'
import {proveIdentity} from '../monitor/identity.js'
import {NoMonitor, withMonitor} from '../monitor/monitor.js'
import {proveMonitors, type Reach} from '../monitor/proof.js'
import {openWay, type Way} from '../monitor/reach.js'
import type {QemuProcess} from '../process/processes.js'
import {consoleKeeperScript} from '../remote/console-keeper.js'
import {nameOf} from './choose.js'
import {couple, keep} from './keeper.js'
import {held, inspectLine, waitAccepted} from './line.js'
import {type ConsolePlace, findConsole} from './place.js'
import {placeInLog, recordOf} from './record.js'
import {makeFree} from './take.js'
import {touching} from './touch.js'

const monitorMs = 5_000

/** With what ends it. */
export type Opened = OpenConsole & {
  readonly end: () => void
  /** Of a machine that ends with its console: ends it. False when it was not seen to end. */
  readonly endMachine?: () => Promise<boolean>
}

type Attach = Pick<ConsoleAsk, 'mode' | 'who' | 'take' | 'coupled'>

interface Attaching {
  readonly title: string
  readonly context: HostContext
}

/** Throws as the proofs do, PreconditionError NO_CONSOLE, CONSOLE_HELD. */
export async function attach(process: QemuProcess, ask: Attach, {title, context}: Attaching): Promise<Opened> {
  const {session, signal} = context
  const name = nameOf(process)
  const place = await findConsole(process, context)
  const {point} = place
  const look = () => inspectLine(session, place.way, {shown: place.shown, pid: process.pid}, signal)
  await makeFree(process, ask, {name, place, look, context})
  const others = await otherMonitors(process, place, context)
  const isProven = await proveByMonitor(process, others, {mux: point.mux, context})
  const before = await placeInLog(process, point, context)
  const line = await openWay(session, place.way, {signal})
  const ends: (() => void)[] = [() => void line.destroy()]
  try {
    const accepted = await waitAccepted(look, name, signal)
    if (!isProven) await proveOnLine(line, process, {accepted, isHeld: place.way.isHeld, context})
    const keeping = ask.coupled
      ? await couple(process, ask.who, context)
      : await keep(consoleKeeperScript, process, ask.who, context)
    ends.push(keeping.end)
    const record = recordOf(process, point, [before, await placeInLog(process, point, context)], context)
    const readOnly =
      accepted === 'unseen'
        ? 'the host does not show whether QEMU has taken this connection'
        : ask.mode === 'read'
          ? 'read only, as asked for'
          : undefined
    const {escapeCode} = process.commandLine
    return {
      // to the multiplexer Ctrl-a x is the end of the machine; twice the character is itself
      stream:
        point.mux && ask.coupled !== true ? passing(line, {outgoing: (chunk) => doubling(chunk, escapeCode)}) : line,
      title,
      ...(readOnly !== undefined && {readOnly}),
      ...(record !== undefined && {record}),
      ...('wanted' in keeping ? {wanted: keeping.wanted} : {coupled: true, endMachine: keeping.endMachine}),
      ...touching(process, {line: {stream: line, place}, others, context}),
      end: () => {
        for (const end of ends) end()
      },
    }
  } catch (error) {
    for (const end of ends) end()
    throw error
  }
}

/** Monitors that are not the console itself. */
async function otherMonitors(
  process: QemuProcess,
  {way}: ConsolePlace,
  {session, signal}: HostContext,
): Promise<Reach> {
  const reach = (await proveMonitors(session, [process], {signal})).get(process.pid)
  const monitors = reach?.monitors.filter(({place}) => !('to' in place && isSame(place, way))) ?? []
  return {monitors, agents: [], runState: reach?.runState ?? ''}
}

function isSame({to: a}: Way, {to: b}: Way): boolean {
  return 'unix' in a ? 'unix' in b && a.unix === b.unix : 'tcp' in b && a.tcp === b.tcp
}

interface Proving {
  /** The console has a monitor of its own, which can prove it later. */
  readonly mux: boolean
  readonly context: HostContext
}

/** False when only the monitor on the console itself can prove it. */
async function proveByMonitor(process: QemuProcess, reach: Reach, {mux, context}: Proving): Promise<boolean> {
  const {session, signal} = context
  try {
    await withMonitor(session, process, {deadlineMs: monitorMs, signal, reach}, async () => undefined)
    return true
  } catch (error) {
    if (!(error instanceof NoMonitor)) throw error
    if (mux && reach.runState !== 'T') return false
    throw await unreachable(session, error, {wanted: 'say that this console is its own', signal})
  }
}

/** By the monitor that shares the console, on this connection. */
async function proveOnLine(
  line: Duplex,
  process: QemuProcess,
  {
    accepted,
    isHeld,
    context,
  }: {readonly accepted: 'accepted' | 'unseen'; readonly isHeld: boolean; readonly context: HostContext},
): Promise<void> {
  if (accepted === 'unseen') throw held(nameOf(process), ['perhaps somebody (the host does not show it)'])
  const {escapeCode} = process.commandLine
  const client = await openHmp(line, {deadlineMs: monitorMs, signal: context.signal, escapeCode})
  try {
    await proveIdentity(overHmp('mux', client).monitor, process, {isHeld})
  } catch (error) {
    await client.close()
    throw error
  }
  client.release()
}
