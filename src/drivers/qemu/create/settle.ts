/** After the start script saw a QEMU: until it is proven to be the machine, to answer, and to show its screen to nobody. */
import {setTimeout as sleep} from 'node:timers/promises'
import {ActionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {CreateData, EnumeratedMachine} from '../../../domain/work/answers.js'
import {toRunningMachine} from '../list/list.js'
import {queryLive} from '../monitor/monitor.js'
import {ownMonitorEnding} from '../paths.js'
import {type QemuProcess, scanQemu} from '../process/processes.js'
import {exposedVnc, isMachine} from './running.js'
import {asEndedByItself, endStart, type Started} from './start.js'

const pollMs = 50

export interface Settling {
  readonly machine: EnumeratedMachine
  readonly wrapper: string
  readonly token: string
  readonly endAt: number
}

/** Until the process is proven and its monitor answers; a machine without a monitor socket is proven by its process. */
export async function settle(started: Started, settling: Settling, context: HostContext): Promise<CreateData> {
  const {session, signal, note} = context
  const {machine, wrapper, token, endAt} = settling
  const host = formatTarget(session.target)
  const fail = (message: string, hint = `see ${started.log} on ${host}`) =>
    endStart(session, {token, started, message: `${host}: ${machine.label} ${message}`, hint})
  for (let first = true; ; first = false) {
    const seen = await scanQemu(session, {signal})
    // a QEMU that daemonizes may have been seen by the pid of the one that left it behind
    const process =
      seen.processes.find(({pid}) => pid === started.pid) ?? seen.processes.find((each) => isMachine(each, machine))
    if (process === undefined) throw asEndedByItself(await fail('did not stay: its QEMU ended at once'))
    if (first) {
      if (machine.uuid !== '' && process.commandLine.uuid !== '' && process.commandLine.uuid !== machine.uuid) {
        throw await fail(
          `was started with the UUID ${process.commandLine.uuid}, but its configuration says ${machine.uuid}`,
          `make both the same in ${machine.id} and ${wrapper}`,
        )
      }
      const exposed = exposedVnc(process.argv)
      if (exposed !== undefined) throw await endExposed(exposed, started, settling, context)
      note('started, waiting for its monitor')
    }
    const facts = await queryLive(session, process, signal)
    if (facts.state !== 'unknown' || process.monitorSockets.length === 0) {
      await keepOwnMonitor(process, context)
      return {kind: 'create', reused: false, machine: toRunningMachine(process, facts), log: started.log}
    }
    if (Date.now() >= endAt) {
      throw new ActionError(
        'START_UNPROVEN',
        `${host}: ${machine.label} runs as process ${process.pid}, but its monitor does not answer; it was left running`,
        {hint: `look at it: ctys list ${host}; log: ${started.log}`},
      )
    }
    await sleep(pollMs, undefined, {signal})
  }
}

async function endExposed(
  value: string,
  started: Started,
  {machine, wrapper, token}: Settling,
  {session}: HostContext,
): Promise<ActionError> {
  const found = await session.exec(['grep', '-n', '-e', '-vnc', '--', wrapper], {deadlineMs: 5_000})
  const lines = found.stdout.toString().split('\n').filter(Boolean).slice(0, 5)
  const display = /:(\d+)/.exec(value)?.[1] ?? 'N'
  return endStart(session, {
    token,
    started,
    code: 'VNC_EXPOSED',
    message: `${formatTarget(session.target)}: ${machine.label} opened VNC to the network (-vnc ${value}); it was ended`,
    hint: `in ${wrapper}, write -vnc 127.0.0.1:${display} instead of -vnc ${value}`,
    details: lines.map((line) => `${wrapper}:${line}`),
  })
}

/** For nobody else, whatever umask the wrapper has. */
async function keepOwnMonitor({monitorSockets}: QemuProcess, {session, signal}: HostContext): Promise<void> {
  const paths = monitorSockets.map(({path}) => path).filter((path) => path.endsWith(ownMonitorEnding))
  if (paths.length > 0) await session.exec(['chmod', '600', '--', ...paths], {deadlineMs: 5_000, signal})
}
