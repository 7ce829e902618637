/** `ctys screenshot`: pictures of the screens of any number of machines, where they run. */
import type {CommandContext} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {ReadingPlan} from '../../domain/work/plan.js'
import {fileName} from '../../lib/file-name.js'
import {workOnMachines} from '../run/act-on-machines.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import {runOrPlan} from '../run/run-or-plan.js'
import {readMachineWords} from './machine-words.js'
import {askRunning, planRunning} from './running-machines.js'

export interface ScreenshotInput {
  readonly type: string
  /** Machines, hosts and groups; without a machine every one that runs on the hosts. */
  readonly words: readonly string[]
  /** The host the machines run on. */
  readonly on?: string
  readonly dryRun: boolean
  readonly user?: string
  /** Keeps a picture as a file and says where; absent: the picture is the answer. */
  readonly keep?: (name: string, png: Buffer) => Promise<string>
}

export async function takeScreenshots(
  input: ScreenshotInput,
  context: CommandContext,
): Promise<RunResult | PlanResult> {
  const {machines, hosts} = await readMachineWords(input.words, input.on, context)
  const result =
    machines.length > 0 ? await ofNamed(machines, hosts, input, context) : await ofEvery(hosts, input, context)
  return result.kind === 'run' ? {...result, outcomes: await keepPictures(result.outcomes, input)} : result
}

/** Where they run. */
async function ofNamed(
  [machine, ...more]: readonly string[],
  hosts: readonly string[],
  {type, user, dryRun}: ScreenshotInput,
  context: CommandContext,
): Promise<RunResult | PlanResult> {
  const words = {type, dryRun, machine, targets: [...more, ...hosts], yes: true, ...(user !== undefined && {user})}
  const work = await workOnMachines(words, (address) => [{verb: 'screenshot', ask: {machine: address}}], context)
  return runOrPlan(work, context)
}

/** Every machine that runs on these hosts. */
async function ofEvery(
  hosts: readonly string[],
  input: ScreenshotInput,
  context: CommandContext,
): Promise<RunResult | PlanResult> {
  const type = input.type.toUpperCase()
  const question = await planRunning(hosts, {type, user: input.user}, context)
  if (input.dryRun) return planResult(question)
  const {running, failed} = await askRunning(question, context)
  const tasks = running.flatMap(({target, machines}) =>
    machines.flatMap(({pid}) => {
      const action = {verb: 'screenshot', ask: {machine: {pid}}} as const
      return planQuestion({type, action, targets: [target]}, context).tasks
    }),
  )
  const plan: ReadingPlan = {
    tasks: tasks.map((task, index) => ({...task, id: String(index + 1)})),
    refused: [...question.refused, ...failed].map((outcome, index) => ({
      ...outcome,
      taskId: String(tasks.length + index + 1),
    })),
  }
  return answersResult(plan, await askHosts(plan, context))
}

/** Each picture in a file of its own, named by its machine, and by its host where two have that name. */
async function keepPictures(outcomes: readonly Outcome[], {keep}: ScreenshotInput): Promise<readonly Outcome[]> {
  if (keep === undefined) return outcomes
  const names = outcomes.map((outcome) =>
    outcome.status === 'ok' && outcome.data.kind === 'screenshot'
      ? fileName(outcome.data.label || `pid${outcome.data.pid}`)
      : '',
  )
  return Promise.all(
    outcomes.map(async (outcome, index): Promise<Outcome> => {
      if (outcome.status !== 'ok' || outcome.data.kind !== 'screenshot') return outcome
      const name = names[index] ?? ''
      const isOnly = names.filter((other) => other === name).length === 1
      const own = isOnly ? name : `${name}-${fileName(outcome.host)}-${outcome.data.pid}`
      const file = await keep(`${own}.png`, Buffer.from(outcome.data.png, 'base64'))
      return {...outcome, data: {...outcome.data, png: '', file}}
    }),
  )
}
