/** After the start script saw a QEMU: until it is proven to be the machine, to answer, and to show its screen to nobody. */
import {setTimeout as sleep} from 'node:timers/promises'
import {ActionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {CreateData} from '../../../domain/work/answers.js'
import {toRunningMachine} from '../list/list.js'
import {queryLive} from '../monitor/monitor.js'
import {ownMonitorEnding} from '../paths.js'
import {type QemuProcess, scanQemu} from '../process/processes.js'
import {confineVnc, endExposed, inspectVnc, withDisplay} from './confine-vnc.js'
import {endStart} from './end-start.js'
import {findRunning} from './judge.js'
import {notDoneOf} from './not-done.js'
import {withReady} from './ready.js'
import {exposedVnc} from './running.js'
import {finishResume, goesOn} from './saved.js'
import {asEndedByItself} from './start.js'
import type {Settling, Started} from './start-request.js'
import {withSteps} from './steps.js'
import {waysOf} from './ways.js'

const pollMs = 50
/** How long a screen may be open to the network until the monitor answers. */
const confineMs = 5_000

/** Until the process is proven and its monitor answers; a machine without a monitor socket is proven by its process. */
export async function settle(started: Started, settling: Settling, context: HostContext): Promise<CreateData> {
  const {session, signal, note} = context
  const {action, machine, wrapper, token, endAt} = settling
  const confineBy = Math.min(endAt, Date.now() + confineMs)
  const host = formatTarget(session.target)
  const fail = (message: string, hint = `see ${started.log} on ${host}`) =>
    endStart(session, {token, started, message: `${host}: ${machine.label} ${message}`, hint})
  const unproven = (pid: number, why: string) =>
    new ActionError(
      'START_UNPROVEN',
      `${host}: ${machine.label} was started as process ${pid}, but ${why}; it was left running`,
      {hint: `look at it: ctys list ${host}; log: ${started.log}`},
    )
  for (let first = true; ; first = false) {
    const seen = await scanQemu(session, {signal})
    // a QEMU that daemonizes may have been seen by the pid of the one that left it behind
    const process =
      seen.processes.find(({pid}) => pid === started.pid) ?? (await findRunning(machine, seen, context)).running
    if (process === undefined) {
      if (seen.unseen.length === 0) throw asEndedByItself(await fail('did not stay: its QEMU ended at once'))
      if (Date.now() >= endAt) throw unproven(started.pid, 'could not be looked at')
      await sleep(pollMs, undefined, {signal})
      continue
    }
    if (first) {
      if (machine.uuid !== '' && process.commandLine.uuid !== '' && process.commandLine.uuid !== machine.uuid) {
        throw await fail(
          `was started with the UUID ${process.commandLine.uuid}, but its configuration says ${machine.uuid}`,
          `make both the same in ${machine.id} and ${wrapper}`,
        )
      }
      if (action.mode === 'resume' && !goesOn(process)) {
        throw await fail(
          'was started without what it was to go on from; it was ended, and its saved state is as it was',
          `${wrapper} has to hand --argsadd= on to QEMU`,
        )
      }
      note('started, waiting for its monitor')
    }
    const facts = await queryLive(session, process, signal)
    const isSettled = facts.state !== 'unknown' || process.monitorSockets.length === 0
    const open = exposedVnc(process.commandLine.options)
    const remarks = [...started.remarks]
    if (open !== undefined && action.vncNetwork === 'allow') remarks.push(`VNC listens on the network (-vnc ${open})`)
    else if (open !== undefined && (isSettled || Date.now() >= confineBy)) {
      const moved = await confineVnc(process, open, context)
      if (moved === undefined) throw await endExposed(open, started, settling, context)
      remarks.push(`VNC was open to the network (-vnc ${open}); ctys moved it to ${moved}`)
    }
    if (isSettled) {
      await keepOwnMonitor(process, context)
      const vnc = action.console === 'VNC' ? await inspectVnc(process, context) : undefined
      const data = {
        kind: 'create',
        reused: false,
        machine: withDisplay(toRunningMachine(process, session.target, facts), vnc),
        log: started.log,
        ...waysOf(process),
        ...notDoneOf(action, process, {vnc, reused: false}),
        ...(remarks.length > 0 && {remarks}),
      } as const
      if (action.mode !== 'resume') {
        return await withReady(await withSteps(data, process, action, context), process, action, context)
      }
      try {
        return await finishResume(data, {process, config: machine.id}, context)
      } catch (error) {
        if (!(error instanceof ActionError) || signal.aborted || error.code === 'CONNECTION_LOST') throw error
        throw await fail(`was not seen to go on (${error.message}); it was ended, and its saved state is as it was`)
      }
    }
    if (Date.now() >= endAt) {
      throw unproven(process.pid, 'does not answer at its monitor')
    }
    await sleep(pollMs, undefined, {signal})
  }
}

/** For nobody else, whatever umask the wrapper has. */
async function keepOwnMonitor({monitorSockets}: QemuProcess, {session, signal}: HostContext): Promise<void> {
  const paths = monitorSockets.map(({path}) => path).filter((path) => path.endsWith(ownMonitorEnding))
  if (paths.length > 0) await session.exec(['chmod', '600', '--', ...paths], {deadlineMs: 5_000, signal})
}
