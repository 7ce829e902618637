import {isUnknownAfter} from '../domain/error-codes.js'
import {CtysError, type ErrorInfo, type Phase, toErrorInfo} from '../domain/errors.js'
import {formatAddress} from '../domain/machine/machine-address.js'
import type {AppContext, Handler, HostContext, HostSession, Registry, Transport, Turn} from '../domain/ports/ports.js'
import {formatTarget, isLocal} from '../domain/target.js'
import type {Outcome} from '../domain/work/outcome.js'
import type {Plan, Task, TaskOf} from '../domain/work/plan.js'
import {changes, type Verb, verbs} from '../domain/work/verbs.js'
import {listNames} from '../lib/list-names.js'
import {type Patience, patienceWith} from './patience.js'
import {withSession} from './with-session.js'

type RunContext = Pick<
  AppContext,
  | 'registry'
  | 'transport'
  | 'limiter'
  | 'memory'
  | 'askHolder'
  | 'recordedOn'
  | 'silentHosts'
  | 'console'
  | 'screen'
  | 'displays'
  | 'carrier'
  | 'signal'
  | 'emit'
> &
  Partial<Pick<AppContext, 'web'>>

interface TaskContext extends RunContext {
  readonly patienceOf: (task: Task) => Patience
}

/** Runs every task and never rejects: a failed host is an outcome. Outcomes are in the order of the plan. */
export async function runPlan(plan: Plan, context: RunContext): Promise<readonly Outcome[]> {
  for (const task of plan.tasks) context.emit({type: 'queued', taskId: task.id, host: formatTarget(task.target)})
  const known = new Map<string, Promise<Outcome>>(
    plan.refused.map((outcome) => [outcome.taskId, Promise.resolve(outcome)]),
  )
  // what a task comes after stands before it
  const patienceOf = (task: Task) => patienceWith(task, plan, context.silentHosts)
  for (const task of plan.tasks) known.set(task.id, inOrder(task, known, {...context, patienceOf}))
  const outcomes = await Promise.all(plan.tasks.map(({id}) => known.get(id) as Promise<Outcome>))
  return [...plan.refused, ...outcomes].sort((a, b) => Number(a.taskId) - Number(b.taskId))
}

/** What does a verb: the session type where it knows the verb, else the host. */
function handlerOf<V extends Verb>({type, verb}: TaskOf<V>, {host, drivers}: Registry): Handler<V> {
  const found = (drivers.get(type)?.verbs[verb] ?? host[verb]) as Handler<V> | undefined
  if (found === undefined) throw new CtysError('UNSUPPORTED', `${type} does not know ${verb}`)
  return found
}

/** Waits for what has to end before, without taking a turn meanwhile. */
async function inOrder(
  task: Task,
  known: ReadonlyMap<string, Promise<Outcome>>,
  context: TaskContext,
): Promise<Outcome> {
  const {tasks = [], mustSucceed = false} = task.after ?? {}
  const before = await Promise.all(tasks.flatMap((id) => known.get(id) ?? []))
  const failed = mustSucceed ? before.find(({status}) => status !== 'ok') : undefined
  if (failed === undefined || context.signal.aborted) return inTurn(task, context)
  const host = formatTarget(task.target)
  context.emit({type: 'done', taskId: task.id, host, status: 'failed'})
  const message = `${host}: not begun: what had to come first on ${failed.host} did not succeed`
  return {taskId: task.id, host, ms: 0, status: 'failed', phase: 'check', error: {code: 'NOT_BEGUN', message}}
}

/** What lasts gives its turn back as soon as it runs: others would wait for it without end. */
async function inTurn(task: Task, context: TaskContext): Promise<Outcome> {
  const {lasting} = await context.limiter.run(task.target, context.signal, async (turn) => {
    let runs: () => void = () => undefined
    const running = new Promise<void>((resolve) => {
      runs = resolve
    })
    const done = runTask(task, context, turn, runs)
    await (verbs[task.verb].lasts === true ? Promise.race([running, done]) : done)
    return {lasting: done}
  })
  const outcome = await lasting
  context.emit({type: 'done', taskId: task.id, host: outcome.host, status: outcome.status, outcome})
  return outcome
}

/** One task: open, check, run, close. Every fault is caught with its phase. The time counts from its turn. */
async function runTask(task: Task, context: TaskContext, turn: Turn, runs: () => void): Promise<Outcome> {
  const host = formatTarget(task.target)
  const started = performance.now()
  let ended: number | undefined
  const base = () => ({taskId: task.id, host, ms: Math.round((ended ?? performance.now()) - started)})
  if (context.signal.aborted) return {...base(), status: 'skipped', reason: 'interrupted before it was started'}
  const limit = AbortSignal.timeout(task.timeoutMs)
  const signal = AbortSignal.any([context.signal, limit])
  let phase: Phase = 'connect'
  // a crowded host may take several attempts
  const patience = context.patienceOf(task)
  const open: Transport['open'] = async (target) => {
    const mostMs = await patience.mostMs()
    const session = await turn.open((attempt) => context.transport.open(target, {signal, attempt, mostMs}))
    await patience.answered()
    return session
  }
  try {
    const handler = handlerOf(task, context.registry)
    context.emit({type: 'connecting', taskId: task.id, host})
    const data = await withSession({open}, task.target, {signal}, async (session) => {
      try {
        context.emit({type: 'running', taskId: task.id, host})
        phase = 'check'
        const run = await handler.open(task, hostContext(task, {session, signal, context}))
        phase = 'run'
        const what = mayHappen(task)
        const see = task.verb.startsWith('net-') ? {see: 'net pending'} : {}
        if (what !== undefined) context.emit({type: 'changing', taskId: task.id, host, what, ...see})
        runs()
        return await run()
      } finally {
        ended = performance.now()
      }
    })
    return {...base(), status: 'ok', data}
  } catch (error) {
    const interrupted = context.signal.aborted
    const failed = failure(error, phase, {base: base(), interrupted, timedOut: limit.aborted && !interrupted, task})
    return 'error' in failed ? {...failed, error: await patience.gave(failed.error)} : failed
  }
}

function hostContext(
  {id, target}: Task,
  {
    session,
    signal,
    context,
  }: {readonly session: HostSession; readonly signal: AbortSignal; readonly context: RunContext},
): HostContext {
  const {memory, askHolder, recordedOn, console, screen, displays, carrier, web, emit} = context
  const note = (text: string) => emit({type: 'note', taskId: id, host: formatTarget(target), text})
  const recorded = recordedOn && (() => recordedOn(target))
  const known = {...(memory && {memory}), ...(askHolder && {askHolder}), ...(recorded && {recorded})}
  const reopen = (signal: AbortSignal) => context.transport.open(target, {signal, fresh: true})
  return {
    ...{session, signal, note, ...known},
    ...(console && {console}),
    ...(screen && {screen}),
    ...(displays && {displays}),
    ...(carrier && {carrier}),
    ...(web && {web}),
    ...(!isLocal(target) && {reopen}),
  }
}

/** Where the machine was not found, the inventory may know it on other hosts. */
function withPlaces(info: ErrorInfo, {knownOn = [], record}: Task): ErrorInfo {
  if (
    knownOn.length === 0 ||
    record !== undefined ||
    (info.code !== 'MACHINE_NOT_FOUND' && info.code !== 'NOT_RUNNING')
  )
    return info
  return {...info, details: [`it lies on ${knownOn.join(', ')}`, ...(info.details ?? [])]}
}

/** What may still come true when nobody waits for it any more. */
function mayHappen({verb, ask, record}: Task): string | undefined {
  if (verb === 'image') return undefined
  if (verb === 'make') return `${listNames(ask.machines.map(({label}) => label))} may still be made`
  if (verb === 'adopt') return `${listNames(ask.machines.map(({label}) => label))} may still be written`
  if (verb === 'net-up') return `network ${ask.name} may still be made`
  if (verb === 'net-down') return `network ${ask.name} may still be taken away`
  if (verb === 'net-move' || verb === 'net-undo') {
    return 'a change of its network may be pending, which it takes back by itself'
  }
  if (verb !== 'create' && verb !== 'cancel' && verb !== 'alter') return undefined
  const machine = 'machine' in ask ? ask.machine : 'all'
  const name = record?.label || (machine === 'all' ? 'every machine' : formatAddress(machine))
  if (verb === 'alter') return `the change of ${name} may still go on`
  return verb === 'create' ? `${name} may still come up` : `the stop of ${name} may still go on`
}

interface FailedTask {
  readonly base: {readonly taskId: string; readonly host: string; readonly ms: number}
  readonly interrupted: boolean
  readonly timedOut: boolean
  readonly task: Task
}

function failure(error: unknown, phase: Phase, {base, interrupted, timedOut, task}: FailedTask): Outcome {
  const info = timedOut
    ? toErrorInfo(
        new CtysError('COMMAND_TIMEOUT', `not done within ${Math.round(task.timeoutMs / 1000)} s`, {cause: error}),
      )
    : withPlaces(toErrorInfo(error), task)
  if (info.code === 'INTERRUPTED' && phase !== 'run') return {...base, status: 'skipped', reason: 'interrupted'}
  // the user asked first: the host that does not settle any more is told as part of that
  if (info.code === 'CONNECTION_LOST' && interrupted) {
    const error = {...info, code: 'INTERRUPTED', message: `stopped by the user, then ${info.message}`} as const
    return {...base, status: 'unknown', phase, error}
  }
  const unknown = isUnknownAfter(info.code, phase === 'run' && changes(task.verb))
  return {...base, status: unknown ? 'unknown' : 'failed', phase, error: info}
}
