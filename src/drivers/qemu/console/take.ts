/**
 * A console that somebody else is on is made free: another ctys is asked to let go; a client that is none is ended only
 * where that was asked for and the host shows which process it is, and an ssh session never.
 */
import {setTimeout as sleep} from 'node:timers/promises'
import type {PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {ConsoleAsk} from '../../../domain/work/console-asks.js'
import {interrupted} from '../../../lib/deadline.js'
import type {QemuProcess} from '../process/processes.js'
import {clientsTakeScript, consoleTakeScript, endClientScript} from '../remote/console-keeper.js'
import {clientsAt, holderTexts, isCtysClient, type SocketClient} from './clients.js'
import {held, type Line} from './line.js'
import type {ConsolePlace} from './place.js'

/** How long a client may take to let go once it was asked, or has ended. */
const letGoMs = 5_000
const asking = {deadlineMs: 15_000, maxBytes: 1024}

interface Taking {
  readonly name: string
  readonly place: ConsolePlace
  readonly look: () => Promise<Line | undefined>
  readonly context: Pick<HostContext, 'session' | 'signal' | 'note'>
}

/** Throws PreconditionError CONSOLE_HELD, with who it is. */
export async function makeFree(
  {pid}: QemuProcess,
  ask: Pick<ConsoleAsk, 'take' | 'who'>,
  taking: Taking,
): Promise<void> {
  const {name, place, look, context} = taking
  const {session, signal, note} = context
  if (ask.take === 'clients') await askClients({pid}, ask.who, context)
  const isFree = async () => {
    const line = await look()
    return line === undefined || line.taken + line.waiting === 0
  }
  if (await isFree()) return
  const clients = () => clientsAt(session, pid, place.way.to, signal)
  const refuse = async (hint: string, seen?: readonly SocketClient[]): Promise<PreconditionError> =>
    held(name, holderTexts(seen ?? (await clients())), hint)
  if (ask.take === undefined) throw await refuse('look on with --watch, or ask for it with --take')
  const seen = await clients()
  if (seen.some(({how}) => how === 'coupled')) {
    throw await refuse(
      'the machine ends with that console (console:cli0), which is given to nobody; look on with --watch',
      seen,
    )
  }
  const {stdout} = await session.script(consoleTakeScript, [String(pid), ask.who], {...asking, signal})
  if (Number(stdout) > 0) note('another ctys was asked to let go of the console')
  if (Number(stdout) > 0 && (await within(letGoMs, isFree, signal))) return
  if (ask.take !== 'force') throw await refuse('--take --force ends what is on it, unless that is an ssh session')
  const others = (await clients()).filter((client) => !isCtysClient(client))
  const doubt = doubtOf(others)
  if (doubt !== undefined) throw await refuse(doubt, others)
  for (const {pid: number = 0, start = ''} of others) {
    const args = [String(number), start]
    const {exitCode} = await session.script(endClientScript, args, {deadlineMs: 10_000, maxBytes: 1024, signal})
    if (exitCode !== 0) throw await refuse(`this account may not end process ${number}`, others)
    note(`process ${number} was ended: it held the console`)
  }
  if (!(await within(letGoMs, isFree, signal))) throw await refuse('look on with --watch')
}

/** Every ctys that is on the console of a machine, or shows its screen, is asked to let go. */
export async function askClients(
  {pid}: Pick<QemuProcess, 'pid'>,
  who: string,
  {session, signal, note}: Taking['context'],
): Promise<void> {
  const {stdout} = await session.script(clientsTakeScript, [String(pid), who], {...asking, signal})
  if (Number(stdout) > 0) note('every other ctys at the machine was asked to let go')
}

/** Why none of them is ended. */
function doubtOf(clients: readonly SocketClient[]): string | undefined {
  if (clients.some(({how, name}) => how !== 'far' && /^sshd?\b/.test(name)))
    return 'it is an ssh session, which is not ended'
  if (clients.some(({how}) => how === 'far')) return 'it is on another machine, where ctys ends nothing'
  if (clients.some(({pid, start}) => pid === undefined || start === undefined) || clients.length === 0)
    return 'the host does not show which process it is, so none was ended'
  const isGuess = clients.some(({how}) => how === 'words')
  return isGuess && clients.length > 1 ? 'the host does not show which of these it is, so none was ended' : undefined
}

async function within(ms: number, isTrue: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + ms
  for (;;) {
    if (await isTrue()) return true
    if (performance.now() > end) return false
    await sleep(100, undefined, {signal}).catch(() => {
      throw interrupted()
    })
  }
}
