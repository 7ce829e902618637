/**
 * The serial console of a running machine, on its socket or port. Before a byte passes the process is proven to be the
 * machine by its own monitor, and to listen there itself; nothing is typed before QEMU has taken this connection.
 */
import type {Duplex} from 'node:stream'
import {CtysError} from '../../../domain/errors.js'
import type {ConsoleAct, OpenConsole} from '../../../domain/ports/console-client.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {ConsoleAsk} from '../../../domain/work/console-asks.js'
import {handler} from '../../../domain/work/handler.js'
import {interrupted} from '../../../lib/deadline.js'
import {doubling, passing} from '../../../lib/passing.js'
import {clientsOf, unreachable} from '../cancel/unreachable.js'
import {type Monitor, overHmp} from '../monitor/adapters.js'
import {openHmp} from '../monitor/hmp.js'
import {NoMonitor, proveIdentity, withMonitor} from '../monitor/monitor.js'
import {proveMonitors, type Reach} from '../monitor/proof.js'
import {openWay, type Way} from '../monitor/reach.js'
import type {QemuProcess} from '../process/processes.js'
import {chooseShown, nameOf, seenMachine} from './choose.js'
import {held, inspectLine, waitAccepted} from './line.js'
import {type ConsolePlace, findConsole} from './place.js'
import {watchLog} from './watch.js'

const monitorMs = 5_000

export const console = handler<'console', QemuProcess>({
  check: chooseShown,
  run: async ({ask, target}, context, process) => {
    const client = context.console
    if (client === undefined) throw new CtysError('INTERNAL', 'nobody is there for a console')
    const title = `${nameOf(process)} on ${formatTarget(target)}`
    const opened =
      ask.mode === 'watch' ? await watchLog(process, title, context) : await attach(process, ask, {title, context})
    try {
      const ended = await client.join(opened, context.signal)
      if (context.signal.aborted) throw interrupted()
      // a lost link ends the stream too, and says nothing of the machine
      if (ended === 'closed' || ended === 'unmatched') await context.session.exec(['true'], {signal: context.signal})
      return {kind: 'console', ...seenMachine(process), ended}
    } finally {
      opened.stream.destroy()
    }
  },
})

interface Attaching {
  readonly title: string
  readonly context: HostContext
}

async function attach(process: QemuProcess, ask: ConsoleAsk, {title, context}: Attaching): Promise<OpenConsole> {
  const {session, signal} = context
  const name = nameOf(process)
  const place = await findConsole(process, context)
  const inspect = () => inspectLine(session, place.way, {shown: place.shown, pid: process.pid}, signal)
  const before = await inspect()
  if (before !== undefined && before.taken + before.waiting > 0) {
    throw held(name, await clientsOf(session, process.pid, place.way.to, signal))
  }
  const others = await otherMonitors(process, place, context)
  const isProven = await proveByMonitor(process, others, {mux: place.point.mux, context})
  const line = await openWay(session, place.way, {signal})
  try {
    const accepted = await waitAccepted(inspect, name, signal)
    if (!isProven) await proveOnLine(line, process, {accepted, context})
    const readOnly =
      accepted === 'unseen'
        ? 'the host does not show whether QEMU has taken this connection'
        : ask.mode === 'read'
          ? 'read only, as asked for'
          : undefined
    const {escapeCode} = process.commandLine
    return {
      // to the multiplexer Ctrl-a x is the end of the machine; twice the character is itself
      stream: place.point.mux ? passing(line, {outgoing: (chunk) => doubling(chunk, escapeCode)}) : line,
      title,
      ...(readOnly !== undefined && {readOnly}),
      act: (what) => act(what, {line, place, process, others, context}),
    }
  } catch (error) {
    line.destroy()
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
  {accepted, context}: {readonly accepted: 'accepted' | 'unseen'; readonly context: HostContext},
): Promise<void> {
  if (accepted === 'unseen') throw held(nameOf(process), ['perhaps somebody (the host does not show it)'])
  const {escapeCode} = process.commandLine
  const client = await openHmp(line, {deadlineMs: monitorMs, signal: context.signal, escapeCode})
  try {
    await proveIdentity(overHmp('mux', client).monitor, process)
  } catch (error) {
    await client.close()
    throw error
  }
  client.release()
}

interface Acting {
  readonly line: Duplex
  readonly place: ConsolePlace
  readonly process: QemuProcess
  readonly others: Reach
  readonly context: HostContext
}

async function act(what: ConsoleAct, {line, place, process, others, context}: Acting): Promise<void> {
  const {session, signal} = context
  const {point} = place
  if (what === 'break' && point.mux) {
    line.write(Buffer.from([process.commandLine.escapeCode, 'b'.charCodeAt(0)]))
    return
  }
  const tell = (monitor: Monitor): Promise<unknown> =>
    what === 'powerButton'
      ? monitor.powerdown()
      : monitor.human(what === 'break' ? `chardev-send-break ${point.id}` : 'sendkey ctrl-alt-delete')
  try {
    await withMonitor(session, process, {deadlineMs: monitorMs, signal, reach: others}, tell)
  } catch (error) {
    if (!(error instanceof NoMonitor)) throw error
    throw await unreachable(session, error, {wanted: 'do that beside this console', signal})
  }
}
