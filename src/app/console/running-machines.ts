/** Every machine that runs on some hosts, each host asked once. */
import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import type {RunningMachine} from '../../domain/work/answers.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {ReadingPlan} from '../../domain/work/plan.js'
import {parseNamedTargets} from '../../parse/target/parse-target.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import {expandTargets} from '../targets/expand-targets.js'

interface RunningOn {
  readonly target: Target
  readonly machines: readonly RunningMachine[]
}

interface HostInput {
  /** Session type in upper case. */
  readonly type: string
  readonly user?: string | undefined
}

/** The question to the hosts; opens nothing. Throws UsageError. */
export async function planRunning(
  hosts: readonly string[],
  {type, user}: HostInput,
  context: CommandContext,
): Promise<ReadingPlan> {
  const faults: string[] = []
  const targets = parseNamedTargets(await expandTargets(hosts, context, faults), user, faults) ?? []
  if (faults.length > 0) throw new UsageError(faults)
  return planQuestion({type, action: {verb: 'list', ask: {}}, targets}, context)
}

/** What runs where, and hosts that did not say. */
export async function askRunning(
  question: ReadingPlan,
  context: CommandContext,
): Promise<{readonly running: readonly RunningOn[]; readonly failed: readonly Outcome[]}> {
  const lists = await askHosts(question, context)
  const targets = new Map(question.tasks.map(({id, target}) => [id, target]))
  const running = lists.flatMap((outcome): readonly RunningOn[] => {
    const target = targets.get(outcome.taskId)
    const isAnswer = outcome.status === 'ok' && outcome.data.kind === 'list' && target !== undefined
    return isAnswer ? [{target, machines: outcome.data.machines}] : []
  })
  return {running, failed: lists.filter(({status}) => status !== 'ok')}
}
