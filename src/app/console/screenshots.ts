/** `ctys screenshot`: pictures of the screens of any number of machines, where they run. */
import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import {formatTarget} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {ReadingPlan, Task} from '../../domain/work/plan.js'
import {limitOf} from '../../domain/work/verbs.js'
import {fileName} from '../../lib/file-name.js'
import {parseNamedTargets} from '../../parse/target/parse-target.js'
import {workOnMachines} from '../run/act-on-machines.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import {planWork} from '../run/run-tasks.js'
import {expandTargets} from '../targets/expand-targets.js'
import {readMachineWords} from './machine-words.js'
import {sheetOf} from './screenshot-sheet.js'

export interface ScreenshotInput {
  readonly type: string
  /** Machines, hosts and groups; without a machine every one that runs on the hosts. */
  readonly words: readonly string[]
  /** The host the machines run on. */
  readonly on?: string
  readonly dryRun: boolean
  readonly user?: string
  /** All in one picture. */
  readonly sheet?: boolean
  /** Keeps a picture as a file and says where; absent: the picture is the answer. */
  readonly keep?: (name: string, png: Buffer) => Promise<string>
}

export async function takeScreenshots(
  input: ScreenshotInput,
  context: CommandContext,
): Promise<RunResult | PlanResult> {
  const {machines, hosts} = await readMachineWords(input.words, input.on, context)
  const plan =
    machines.length > 0 ? await ofNamed(machines, hosts, input, context) : await ofHosts(hosts, input, context)
  if (input.dryRun) return planResult(plan)
  const outcomes = await askHosts(plan, context)
  const result = answersResult(plan, outcomes)
  const {keep} = input
  if (input.sheet === true) {
    const sheet = await sheetOf(outcomes, context.now())
    const file = await keep?.('sheet.png', sheet)
    const png = file === undefined ? sheet.toString('base64') : ''
    return {...result, outcomes: outcomes.map(withoutPictures), sheet: {png, ...(file !== undefined && {file})}}
  }
  return keep === undefined ? result : {...result, outcomes: await keepPictures(outcomes, keep)}
}

/** Where they run; each host is asked once for all of its machines. */
async function ofNamed(
  [machine, ...more]: readonly string[],
  hosts: readonly string[],
  {type, user}: ScreenshotInput,
  context: CommandContext,
): Promise<ReadingPlan> {
  const named = {
    type,
    dryRun: true,
    machine,
    targets: [...more, ...hosts],
    yes: true,
    ...(user !== undefined && {user}),
  }
  const work = await workOnMachines(named, (address) => [{verb: 'screenshot', ask: {machine: address}}], context)
  const {plan} = await planWork(work, context)
  const byHost = new Map<string, (Task & {readonly verb: 'screenshot'})[]>()
  for (const task of plan.tasks) {
    if (task.verb !== 'screenshot') continue
    const host = formatTarget(task.target)
    byHost.set(host, [...(byHost.get(host) ?? []), task])
  }
  const tasks = [...byHost.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const further = others.flatMap(({ask, record}) =>
      ask.machine === 'all' ? [] : [{machine: ask.machine, ...(record !== undefined && {record})}],
    )
    const action = {verb: 'screenshot', ask: {...first.ask, more: further}} as const
    return [{...first, ...action, timeoutMs: first.timeoutMs - limitOf(first) + limitOf(action)}]
  })
  return {tasks, refused: plan.refused}
}

/** Every machine that runs on these hosts. */
async function ofHosts(
  hosts: readonly string[],
  input: ScreenshotInput,
  context: CommandContext,
): Promise<ReadingPlan> {
  const faults: string[] = []
  const targets = parseNamedTargets(await expandTargets(hosts, context, faults), input.user, faults) ?? []
  if (faults.length > 0) throw new UsageError(faults)
  const action = {verb: 'screenshot', ask: {machine: 'all'}} as const
  return planQuestion({type: input.type.toUpperCase(), action, targets}, context)
}

/** Each picture in a file of its own, named by its machine, and by its host where two have that name. */
async function keepPictures(
  outcomes: readonly Outcome[],
  keep: NonNullable<ScreenshotInput['keep']>,
): Promise<readonly Outcome[]> {
  const all = outcomes.flatMap((outcome) =>
    outcome.status === 'ok' && outcome.data.kind === 'screenshot' ? outcome.data.pictures : [],
  )
  const names = all.map(({label, pid}) => fileName(label || `pid${pid}`))
  return Promise.all(
    outcomes.map(async (outcome): Promise<Outcome> => {
      if (outcome.status !== 'ok' || outcome.data.kind !== 'screenshot') return outcome
      const pictures = await Promise.all(
        outcome.data.pictures.map(async (picture) => {
          const name = fileName(picture.label || `pid${picture.pid}`)
          const isOnly = names.filter((other) => other === name).length === 1
          const own = isOnly ? name : `${name}-${fileName(outcome.host)}-${picture.pid}`
          return {...picture, png: '', file: await keep(`${own}.png`, Buffer.from(picture.png, 'base64'))}
        }),
      )
      return {...outcome, data: {...outcome.data, pictures}}
    }),
  )
}

/** They stand in the sheet. */
function withoutPictures(outcome: Outcome): Outcome {
  if (outcome.status !== 'ok' || outcome.data.kind !== 'screenshot') return outcome
  const pictures = outcome.data.pictures.map((picture) => ({...picture, png: ''}))
  return {...outcome, data: {...outcome.data, pictures}}
}
