import type {ClassicCall} from '../../domain/classic/call.js'
import {UsageError} from '../../domain/errors.js'
import type {CommandContext, Group} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Request} from '../../domain/work/request.js'
import {here} from '../../lib/command-on.js'
import {judgeCall, listedUsers} from '../../parse/classic/judge-call.js'
import {parseHostNames} from '../../parse/target/parse-host-names.js'
import {refuseLacks} from '../../plan/refuse-lacks.js'
import {expandCall} from '../targets/expand-call.js'
import {shadowedHosts} from '../targets/shadowed-hosts.js'
import {checkNotOn} from './check-not-on.js'
import {clientLacks, followStarts} from './follow-starts.js'
import {runOrPlan} from './run-or-plan.js'
import {type StartOptions, withStartSettings} from './start-settings.js'

export interface ClassicInput extends StartOptions {
  readonly call: ClassicCall
  /** What was found wrong with the words already. */
  readonly faults: readonly string[]
  /** Session types that are left out. */
  readonly ignored?: readonly string[]
  readonly notOn?: readonly string[] | undefined
}

/**
 * The classic call, as it was read. A target that is the name of a group stands for its members. Everything wrong is told
 * at once: what cannot be read as UsageError, and if there is nothing of it what is not there yet as ConfigError
 * UNSUPPORTED.
 */
export async function runClassic(input: ClassicInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const {call} = input
  const faults = [...input.faults]
  const lacks: string[] = []
  const met: Group[] = []
  const leaves = await expandCall(call, context, {faults, lacks, met})
  const notOn = parseHostNames(input.notOn ?? [], faults)
  const driven = [...context.registry.drivers.keys()]
  const {requests, after, display, untyped} = judgeCall(
    leaves,
    {...call.options.letters, ...call.context?.letters},
    {driven, ignored: input.ignored ?? [], faults, lacks},
  )
  if (faults.length > 0) throw new UsageError([...faults, ...lacks], 'ctys help classic')
  refuseLacks(lacks)
  const started = requests.filter(({action}) => action.verb === 'create')
  const startOptions = (each: Request) => (started.length > 0 && !started.includes(each) ? {} : input)
  const [request, ...more] = await Promise.all(requests.map((each) => withSettings(each, startOptions(each), context)))
  // every target has a request, or there was a fault
  if (request === undefined) throw new UsageError(['names no target'], 'ctys help classic')
  const targets = requests.flatMap((each) => each.targets)
  await checkNotOn(notOn, targets, context)
  const {l, n, M: heading} = call.options.letters
  const [user] = listedUsers(l)
  const dryRun = n !== undefined
  if (!dryRun) refuseLacks(clientLacks(requests, context))
  const done = await runOrPlan({request, more, after, notOn, user, dryRun}, context)
  const result = done.kind === 'run' ? await followStarts(done, context) : done
  const shadowed = await shadowedHosts(met, context)
  const shown = {
    shadowed,
    display: {...display, ...(heading !== undefined && {heading})},
    ...(display.terse && ({format: 'terse'} as const)),
  }
  const told = (outcome: Outcome) => (untyped.has(outcome.taskId) ? asSession(outcome) : outcome)
  if (result.kind === 'run') return {...result, ...shown, outcomes: result.outcomes.map(told)}
  return {...result, ...shown, plan: {...result.plan, refused: result.plan.refused.map(told)}}
}

async function withSettings(request: Request, input: StartOptions, context: CommandContext): Promise<Request> {
  return {...request, action: await withStartSettings(request.action, input, context)}
}

/** What is no machine was a desktop, and later a shell, to the original where no type was named. */
function asSession(outcome: Outcome): Outcome {
  if (outcome.status !== 'failed' || outcome.error.code !== 'MACHINE_NOT_FOUND') return outcome
  const {message, details = []} = outcome.error
  return {
    ...outcome,
    error: {
      code: 'UNSUPPORTED',
      message: `${message}; without -t this means a desktop (VNC) or a shell (CLI) of that name, and neither is there yet`,
      hint: `a machine: -t qemu, and ${here`ctys scan ${outcome.host}`} to know those of the host; a shell: ${here`ssh ${outcome.host}`}`,
      ...(details.length > 0 && {details}),
    },
  }
}
