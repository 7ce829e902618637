/**
 * CREATE: starts a stored machine through its wrapper, or finds it running. `check` looks: the machine, its state, its
 * wrapper, the processes. `run` starts it under a lock on the host and returns when the process is proven to be the
 * machine and its monitor answers; when that fails, what was started is ended or named.
 */
import {randomBytes} from 'node:crypto'
import {errorCodes, isUnknownAfter} from '../../../domain/error-codes.js'
import {ActionError, CtysError, PreconditionError} from '../../../domain/errors.js'
import {doubtOf, seeAllHint, unseenText} from '../../../domain/machine/list-doubt.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {CreateData, EnumeratedMachine} from '../../../domain/work/answers.js'
import type {CreateAsk} from '../../../domain/work/asks.js'
import {handler} from '../../../domain/work/handler.js'
import type {TaskOf} from '../../../domain/work/plan.js'
import {here, on} from '../../../lib/command-on.js'
import {calledBy} from '../../../lib/host-name.js'
import {changePower} from '../cancel/power.js'
import {toRunningMachine} from '../list/list.js'
import {queryLive} from '../monitor/monitor.js'
import {type QemuProcess, type SeenProcesses, scanQemu} from '../process/processes.js'
import {type AutoNet, refuseMissingNet, seeNet, startOn} from './auto-net.js'
import {inspectVnc, withDisplay} from './confine-vnc.js'
import {endStart} from './end-start.js'
import {findRunning, refuseDiskInUse} from './judge.js'
import {findWrapper, locateMachine, savedStates, type Wrapper} from './locate.js'
import {notDoneOf} from './not-done.js'
import {withRunning} from './not-stored.js'
import {withReady} from './ready.js'
import {discardSaved, judgeSaved} from './saved.js'
import {settle} from './settle.js'
import {EndedByItself, startMachine} from './start.js'
import type {Started, StartRequest} from './start-request.js'
import {withSteps} from './steps.js'
import {wantedDisplay, withPrepared, wrapperCall, wrapperOptions} from './wrapper-argv.js'

/** What was seen, so far nothing is changed. */
interface Startable {
  readonly machine: EnumeratedMachine
  readonly seen: SeenProcesses
  readonly saw: readonly string[]
  readonly wrapper: Wrapper
  /** It is made first. */
  readonly net?: AutoNet
}
type Prepared = Startable | {readonly running: QemuProcess}

const rescans = 5

export const create = handler<'create', Prepared>({
  check: prepare,
  run: ({ask}, context, ready) =>
    'running' in ready ? reuse(ask, ready.running, context) : startOnNet(ask, ready, context),
})

async function prepare(task: TaskOf<'create'>, context: HostContext): Promise<Prepared> {
  const {session, signal} = context
  const action = task.ask
  const machine = await locateMachine(action.machine, {session, signal, record: task.record}).catch(async (error) => {
    throw await withRunning(error, action.machine, context)
  })
  const seen = await scanQemu(session, {signal})
  const {running, saw} = await findRunning(machine, seen, {session, signal})
  const host = formatTarget(session.target)
  if (running === undefined && action.mode === 'connect' && doubtOf(seen) === undefined) {
    judgeSaved(action, machine, {host, saved: await savedStates(machine, {session, signal})})
  }
  judgeMode(action, machine, {host, running, seen, saw})
  if (running !== undefined) return {running}
  await refuseDiskInUse(machine, seen, {session, signal})
  const wrapper = await findWrapper(machine, {session, signal})
  judgeSaved(action, machine, {host, saved: wrapper.saved})
  if (wrapper.net !== undefined && action.net === undefined) throw refuseMissingNet(wrapper.net, machine, host)
  const net = wrapper.net && action.net && (await seeNet(wrapper.net, machine, action.net, context))
  return {machine, seen, saw: [...(task.saw ?? []), ...saw], wrapper, ...(net && {net})}
}

function judgeMode(
  {mode}: CreateAsk,
  {id, label}: EnumeratedMachine,
  {host, running, seen, saw}: Pick<Startable, 'seen' | 'saw'> & {host: string; running: QemuProcess | undefined},
): void {
  if (mode === 'connect' && running === undefined) {
    const doubt = doubtOf(seen)
    if (doubt !== undefined) {
      const hint = doubt === 'PROCESSES_HIDDEN' ? seeAllHint : `see: ${here`ctys list ${host}`}`
      const lines = [...saw, ...seen.unseen.map(unseenText)]
      throw new PreconditionError(doubt, `${host}: ${errorCodes[doubt]}; whether ${label} runs is not known`, {
        hint,
        ...(lines.length > 0 && {details: lines}),
      })
    }
    throw new PreconditionError('NOT_RUNNING', `${host}: ${label} is not running`, {
      ...(saw.length > 0 && {details: saw}),
      hint: `start it: ${here`ctys start ${id} ${host}`} (or REUSE instead of CONNECT)`,
    })
  }
  if (mode === 'new' && running !== undefined) {
    throw new PreconditionError('ALREADY_RUNNING', `${host}: ${label} is running already (process ${running.pid})`, {
      hint: 'reuse or connect (start --reuse, --connect) works with it; cancel (stop) ends it',
    })
  }
}

/** A monitor that is there and does not answer may be that of a frozen machine: nobody can work with it. */
async function reuse(action: CreateAsk, process: QemuProcess, context: HostContext): Promise<CreateData> {
  const {before} =
    action.mode === 'resume' ? await changePower({...context, process}, {how: 'resume', force: false, graceMs: 0}) : {}
  const {session, signal} = context
  const facts = await queryLive(session, process, signal)
  if (facts.state === 'unknown' && process.monitorSockets.length > 0) {
    const host = formatTarget(session.target)
    const look = on(session.target)`ps -o stat= -p ${String(process.pid)}`
    throw new PreconditionError(
      'MONITOR_FAILED',
      `${host}: ${process.label} runs as process ${process.pid}, but its monitor does not answer; it may be frozen`,
      {hint: `look at it: ${here`ctys list ${host}`}; ${look}`},
    )
  }
  const vnc = action.console === 'VNC' ? await inspectVnc(process, context) : undefined
  const data = {
    kind: 'create',
    reused: true,
    ...(before !== undefined && before !== 'running' && {resumed: true as const}),
    machine: withDisplay(toRunningMachine(process, context.session.target, facts), vnc),
    log: '',
    ...notDoneOf(action, process, {vnc, reused: true}),
  } as const
  return withReady(await withSteps(data, process, action, context), process, action, context)
}

/** Its network first, where that is to be made. */
async function startOnNet(action: CreateAsk, ready: Startable, context: HostContext): Promise<CreateData> {
  const shown = () => startInWindow(action, ready, context)
  if (ready.net === undefined) return shown()
  return startOn(ready.net, context, async (remarks) => {
    const data = await shown()
    return {...data, remarks: [...remarks, ...(data.remarks ?? [])]}
  })
}

/** The window of console:sdl is one of its QEMU, and has to be there before it. */
async function startInWindow(action: CreateAsk, ready: Startable, context: HostContext): Promise<CreateData> {
  if (action.console !== 'SDL') return start(action, ready, context)
  const {displays, session, signal} = context
  const host = formatTarget(session.target)
  if (displays === undefined) throw new PreconditionError('COMMAND_FAILED', `${host}: nobody is here to see a window`)
  const display = await displays.open(session.target, action.afterwards?.client ?? {}, signal)
  try {
    const data = await start(action, ready, context, display.name)
    if (!data.reused) display.keep(data.machine.pid)
    return data
  } finally {
    display.release()
  }
}

/**
 * A wrapper that ends because of the monitor of ctys' own, or whose QEMU does, is called again without it: so it is
 * started as it would be by hand.
 */
async function start(action: CreateAsk, ready: Startable, context: HostContext, window = ''): Promise<CreateData> {
  const {machine, wrapper} = ready
  const {session, signal, note} = context
  const host = formatTarget(session.target)
  const token = randomBytes(16).toString('hex')
  const endAt = Date.now() + action.timeoutMs
  let {seen, saw} = ready
  let monitor: StartRequest['monitor'] = wrapper.monitor
  let called = withPrepared(action, machine)
  if (action.discard && wrapper.saved.length > 0) await discardSaved(wrapper.saved, machine, context)
  if (seen.hidden) note(`${errorCodes.PROCESSES_HIDDEN}; only the lock on its images keeps it from running twice`)
  for (const one of seen.unseen.filter(({why}) => why !== 'wedged'))
    note(`${host}: ${unseenText(one)}; only the lock on its images keeps ${machine.label} from running twice`)
  for (let round = 0; round < rescans; round++) {
    const request = {
      token,
      machine,
      wrapper: wrapper.path,
      called: calledBy(session.target),
      options: wrapperOptions(called),
      display: wantedDisplay(called),
      window,
      monitor,
      running: seen.processes,
      judged: seen.judged,
      timeoutMs: Math.max(1000, endAt - Date.now()),
    }
    let started: Started | undefined
    try {
      started = await startMachine(session, request, context)
      if (started?.inWay !== undefined) note(`${started.inWay}; the log is ${started.log}`)
      if (started !== undefined) {
        const data = await settle(started, {action, machine, wrapper: wrapper.path, token, endAt}, context)
        const call = action.showCall && {call: wrapperCall(wrapper.path, called, data.machine.vncDisplay)}
        return {...data, ...call, ...(saw.length > 0 && {remarks: [...(data.remarks ?? []), ...saw]})}
      }
    } catch (error) {
      const isLeft = error instanceof CtysError && (error instanceof EndedByItself || error.code === 'NO_FREE_DISPLAY')
      if (isLeft && called.console !== action.console && Date.now() < endAt && !signal.aborted) {
        note(`${machine.label}: not started with --console=${called.console}, which nobody asked for, now without`)
        called = action
        round--
        continue
      }
      if (error instanceof EndedByItself && monitor !== '' && Date.now() < endAt && !signal.aborted) {
        note(`${machine.label}: not started with a monitor of ctys' own, now without`)
        monitor = ''
        round--
        continue
      }
      if (error instanceof EndedByItself && action.mode === 'resume') throw asNotGoingOn(error)
      throw await afterFailure(error, {machine, token, ...(started !== undefined && {started})}, context)
    }
    seen = await scanQemu(session, {signal})
    const judgement = await findRunning(machine, seen, {session, signal})
    const {running} = judgement
    saw = [...new Set([...saw, ...judgement.saw])]
    judgeMode(action, machine, {host, running, seen, saw})
    if (running !== undefined) return reuse(action, running, context)
    await refuseDiskInUse(machine, seen, {session, signal})
  }
  throw new PreconditionError('BUSY', `${host}: QEMUs that name ${machine.label} come and go; it was not started`)
}

/**
 * An interrupt or a deadline may have come after the wrapper was started: the token finds what it left. A lost link
 * cannot be cleaned up; its error says that the result is unknown. Errors that already judge the start stay as they are.
 */
async function afterFailure(
  error: unknown,
  {machine, token, started}: {machine: EnumeratedMachine; token: string; started?: Started},
  {session, signal}: HostContext,
): Promise<unknown> {
  const code = error instanceof CtysError ? error.code : undefined
  const interrupted = signal.aborted || code === 'INTERRUPTED'
  if (code === 'CONNECTION_LOST' || (!interrupted && error instanceof ActionError)) return error
  if (!interrupted && started === undefined && !(code !== undefined && isUnknownAfter(code, true))) return error
  const label = `${formatTarget(session.target)}: ${machine.label}`
  const reason = error instanceof Error ? error.message : String(error)
  return endStart(session, {
    token,
    ...(started !== undefined && {started}),
    code: interrupted ? 'INTERRUPTED' : 'START_FAILED',
    message: interrupted
      ? `${label}: the start was stopped by the user and what it left was ended`
      : `${label}: could not be proven to run (${reason}); what the start left was ended`,
  })
}

/** What the saved state needs is decided by how the machine was started before. */
function asNotGoingOn({code, message, details = []}: ActionError): ActionError {
  return new ActionError(code, `${message}; its saved state is as it was`, {
    details,
    hint: 'start it as it was before (console, arguments, QEMU); or --discard',
  })
}
