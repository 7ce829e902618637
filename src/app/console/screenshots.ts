/** `ctys screenshot`: pictures of the screens of any number of machines, where they run. */
import {UsageError} from '../../domain/errors.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import type {Target} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {ReadingPlan} from '../../domain/work/plan.js'
import {parseMachineWord} from '../../parse/machine/parse-machine-word.js'
import {parseNamedTargets} from '../../parse/target/parse-target.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import {choosePlace} from '../run/choose-place.js'
import {placesOf} from '../run/places-of.js'
import {planWork} from '../run/run-tasks.js'
import {expandTargets} from '../targets/expand-targets.js'

export interface ScreenshotWords {
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

type Tasks = ReadingPlan['tasks']

export async function takeScreenshots(words: ScreenshotWords, context: AppContext): Promise<RunResult | PlanResult> {
  const {machines, hosts} = await readWords(words, context)
  if (machines.length === 0 && words.dryRun) {
    return planResult(planQuestion({...everyQuestion(words), targets: hosts ?? []}, context))
  }
  const {tasks, failed} =
    machines.length > 0
      ? await namedTasks(machines, hosts, words, context)
      : await everyTask(hosts ?? [], words, context)
  const numbered = tasks.map((task, index) => ({...task, id: String(index + 1)}))
  const refused = failed.map((outcome, index) => ({...outcome, taskId: String(numbered.length + index + 1)}))
  const plan: ReadingPlan = {tasks: numbered, refused}
  if (words.dryRun) return planResult(plan)
  const outcomes = await askHosts(plan, context)
  return answersResult(plan, await keepPictures(outcomes, words))
}

/** A word that the inventory knows as a machine is one; every other one is a host. */
async function readWords({words, on, user}: ScreenshotWords, context: AppContext) {
  const faults: string[] = []
  const machines: string[] = []
  const others: string[] = on === undefined ? [] : [on]
  for (const word of words) {
    if (await isMachine(word, on, context)) machines.push(word)
    else others.push(word)
  }
  for (const word of machines) parseMachineWord(word, faults)
  const hosts = parseNamedTargets(await expandTargets(others, context, faults), user, faults)
  if (faults.length > 0) throw new UsageError(faults)
  return {machines, hosts}
}

async function isMachine(word: string, on: string | undefined, {inventory}: AppContext): Promise<boolean> {
  if (on !== undefined) return true
  const faults: string[] = []
  const address = parseMachineWord(word, faults)
  return faults.length === 0 && (address.pid !== undefined || (await inventory.lookup(address)).length > 0)
}

interface Found {
  readonly tasks: Tasks
  readonly failed: readonly Outcome[]
}

async function namedTasks(
  machines: readonly string[],
  hosts: readonly Target[] | undefined,
  {type, user, dryRun}: ScreenshotWords,
  context: AppContext,
): Promise<Found> {
  const tasks: Tasks[number][] = []
  const failed: Outcome[] = []
  for (const word of machines) {
    const machine = parseMachineWord(word, [])
    const wish = {machine, purpose: 'act', cost: 'mincnt', notOn: new Set<string>(), user, dryRun} as const
    const choice = hosts
      ? undefined
      : await choosePlace(await placesOf(type.toUpperCase(), machine, context), wish, context)
    const request = {
      type: type.toUpperCase(),
      action: {verb: 'screenshot', ask: {machine}},
      targets: hosts ?? (choice ? [choice.target] : []),
      inventoryUse: 'on',
    } as const
    const {plan} = await planWork({request, ...(choice !== undefined && {choice})}, context)
    // the tasks of a plan have the verb of its action
    tasks.push(...(plan.tasks as Tasks))
    failed.push(...plan.refused)
  }
  return {tasks, failed}
}

const everyQuestion = ({type}: ScreenshotWords) =>
  ({type: type.toUpperCase(), action: {verb: 'list', ask: {}}}) as const

/** Every machine that runs on these hosts. */
async function everyTask(hosts: readonly Target[], words: ScreenshotWords, context: AppContext): Promise<Found> {
  const type = words.type.toUpperCase()
  const plan = planQuestion({...everyQuestion(words), targets: hosts}, context)
  const outcomes = await askHosts(plan, context)
  const byTask = new Map(plan.tasks.map(({id, target}) => [id, target]))
  const tasks = outcomes.flatMap((outcome) => {
    const target = byTask.get(outcome.taskId)
    if (outcome.status !== 'ok' || outcome.data.kind !== 'list' || target === undefined) return []
    return outcome.data.machines.flatMap(({pid}) => {
      const action = {verb: 'screenshot', ask: {machine: {pid}}} as const
      return planQuestion({type, action, targets: [target]}, context).tasks
    })
  })
  return {tasks, failed: [...plan.refused, ...outcomes.filter(({status}) => status !== 'ok')]}
}

/** Each picture in a file of its own, named by its machine, and by its host where two have that name. */
async function keepPictures(outcomes: readonly Outcome[], {keep}: ScreenshotWords): Promise<readonly Outcome[]> {
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

/** Of a name that a host gave: nothing that leads out of its directory. */
function fileName(name: string): string {
  return name
    .replace(/[^\w.@-]/g, '_')
    .replace(/^[.-]/, '_')
    .slice(0, 100)
}
