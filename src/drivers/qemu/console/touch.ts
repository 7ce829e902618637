/** What can be asked of a machine beside typing on its console, by a monitor that is not the console itself. */
import type {Duplex} from 'node:stream'
import type {ConsoleAct, OpenConsole} from '../../../domain/ports/console-client.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {unreachable} from '../cancel/unreachable.js'
import type {Monitor} from '../monitor/adapters.js'
import {NoMonitor, withMonitor} from '../monitor/monitor.js'
import type {Reach} from '../monitor/proof.js'
import type {QemuProcess} from '../process/processes.js'
import type {ConsolePlace} from './place.js'
import {takePicture} from './screenshot.js'

const monitorMs = 5_000
/** Some commands write memory to a disk. */
const answerMs = 120_000

interface Touching {
  /** Absent: the console is only watched. */
  readonly line?: {readonly stream: Duplex; readonly place: ConsolePlace}
  /** Absent: any monitor of the process. */
  readonly others?: Reach
  readonly context: HostContext
}

export function touching(
  process: QemuProcess,
  {line, others, context}: Touching,
): Pick<OpenConsole, 'act' | 'monitor' | 'picture'> {
  const {session, signal} = context
  const ask = async <T>(use: (monitor: Monitor) => Promise<T>): Promise<T> => {
    const options = {deadlineMs: monitorMs, signal, ...(others !== undefined && {reach: others})}
    try {
      return await withMonitor(session, process, options, use)
    } catch (error) {
      if (!(error instanceof NoMonitor)) throw error
      throw await unreachable(session, error, {wanted: 'do that beside this console', signal})
    }
  }
  const act = async (what: ConsoleAct): Promise<void> => {
    const point = line?.place.point
    if (line !== undefined && what === 'break' && point?.mux === true) {
      line.stream.write(Buffer.from([process.commandLine.escapeCode, 'b'.charCodeAt(0)]))
      return
    }
    await ask<unknown>((monitor) => {
      if (what === 'powerButton') return monitor.powerdown()
      return monitor.human(what === 'break' ? `chardev-send-break ${point?.id ?? ''}` : 'sendkey ctrl-alt-delete')
    })
  }
  return {
    act,
    monitor: (text) => ask((monitor) => monitor.human(text, answerMs)),
    picture: async () => (await takePicture(process, context, ask)).png,
  }
}
