import {CtysError, type Phase, toErrorInfo} from '../domain/errors.js'
import type {AppContext, HostSession, Turn} from '../domain/ports/ports.js'
import {formatTarget} from '../domain/target.js'
import type {Outcome} from '../domain/work/outcome.js'
import type {Job, Plan} from '../domain/work/plan.js'

type RunContext = Pick<AppContext, 'drivers' | 'transport' | 'limiter' | 'memory' | 'signal' | 'emit'>

/** Runs every job and never rejects: a failed host is an outcome. Outcomes are in the order of the plan. */
export async function runPlan(plan: Plan, context: RunContext): Promise<readonly Outcome[]> {
  for (const job of plan.jobs) context.emit({type: 'queued', jobId: job.id, host: formatTarget(job.target)})
  const outcomes = await Promise.all(plan.jobs.map((job) => inTurn(job, context)))
  return [...plan.refused, ...outcomes].sort((a, b) => Number(a.jobId) - Number(b.jobId))
}

async function inTurn(job: Job, context: RunContext): Promise<Outcome> {
  const outcome = await context.limiter.run(job.target, context.signal, (turn) => runJob(job, context, turn))
  context.emit({type: 'done', jobId: job.id, host: outcome.host, status: outcome.status})
  return outcome
}

/** One job: open, check, run, close. Every fault is caught with its phase. The time counts from its turn. */
async function runJob(job: Job, context: RunContext, turn: Turn): Promise<Outcome> {
  const host = formatTarget(job.target)
  const started = performance.now()
  const base = () => ({jobId: job.id, host, ms: Math.round(performance.now() - started)})
  if (context.signal.aborted) return {...base(), status: 'skipped', reason: 'interrupted before it was started'}
  const limit = AbortSignal.timeout(job.timeoutMs)
  const signal = AbortSignal.any([context.signal, limit])
  const handler = context.drivers.get(job.type)?.actions[job.action.kind]
  let phase: Phase = 'connect'
  let session: HostSession | undefined
  try {
    if (handler === undefined) throw new CtysError('UNSUPPORTED', `${job.type} does not know ${job.action.kind}`)
    context.emit({type: 'connecting', jobId: job.id, host})
    session = await turn.open((attempt) => context.transport.open(job.target, {signal, attempt}))
    const note = (text: string) => context.emit({type: 'note', jobId: job.id, host, text})
    const {memory} = context
    const jobContext = {session, signal, note, ...(memory !== undefined && {memory})}
    context.emit({type: 'running', jobId: job.id, host})
    phase = 'check'
    await handler.check?.(job, jobContext)
    phase = 'run'
    const data = await handler.run(job, jobContext)
    return {...base(), status: 'ok', data}
  } catch (error) {
    const interrupted = context.signal.aborted
    return failure(error, phase, {base: base(), interrupted, timedOut: limit.aborted && !interrupted, job})
  } finally {
    await session?.close()
  }
}

/** Codes after which it is not known what the host is doing. */
const unknownCodes: ReadonlySet<string> = new Set(['CONNECTION_LOST', 'START_UNPROVEN', 'STOP_UNPROVEN'])

interface FailedJob {
  readonly base: {readonly jobId: string; readonly host: string; readonly ms: number}
  readonly interrupted: boolean
  readonly timedOut: boolean
  readonly job: Job
}

function failure(error: unknown, phase: Phase, {base, interrupted, timedOut, job}: FailedJob): Outcome {
  const info = timedOut
    ? toErrorInfo(
        new CtysError('COMMAND_TIMEOUT', `not done within ${Math.round(job.timeoutMs / 1000)} s`, {cause: error}),
      )
    : toErrorInfo(error)
  if (info.code === 'INTERRUPTED' && phase !== 'run') return {...base, status: 'skipped', reason: 'interrupted'}
  // the user asked first: the host that does not settle any more is told as part of that
  if (info.code === 'CONNECTION_LOST' && interrupted) {
    const error = {...info, code: 'INTERRUPTED', message: `stopped by the user, then ${info.message}`} as const
    return {...base, status: 'unknown', phase, error}
  }
  const changing = job.action.kind === 'create' || job.action.kind === 'cancel'
  const unknown = unknownCodes.has(info.code) || (timedOut && phase === 'run' && changing)
  return {...base, status: unknown ? 'unknown' : 'failed', phase, error: info}
}
