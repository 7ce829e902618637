/**
 * Networks whose interface carries the addresses of its host: these are moved into the bridge first, and come back with the
 * last network on it, each under a watchdog of the host (net-move).
 */
import type {AppContext} from '../../domain/ports/ports.js'
import {answersResult, type RunResult} from '../../domain/results/run.js'
import {isLocal} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan, Task, TaskOf} from '../../domain/work/plan.js'
import {type NetWork, planNet, runNet} from '../run/net-tasks.js'
import {newChange} from './net-moves.js'

/** As `ctys net up` calls it where none is named. */
const defaultBridge = 'ctysbr0'

/** Never rejects for a host that fails; a network that could not be made gives the addresses back. */
export async function runWithMoves(plan: Plan, timerMs: number, context: AppContext): Promise<RunResult> {
  const outcomes = await runNet(plan, context)
  const again = plan.tasks.filter(
    (task): task is TaskOf<'net-up'> => task.verb === 'net-up' && needsMove(task, outcomes),
  )
  const emptied = plan.tasks.flatMap((task) => emptiedBy(task, outcomes))
  const first = {
    plan: {tasks: plan.tasks.filter((task) => !again.some(({id}) => id === task.id)), refused: plan.refused},
    outcomes: outcomes.filter(({taskId}) => !again.some(({id}) => id === taskId)),
  }
  if (again.length === 0 && emptied.length === 0) return answersResult(plan, outcomes)

  const moves = moveTasks(again, {from: plan.tasks.length, timerMs}, context)
  const undos = undoTasks(emptied, {from: plan.tasks.length + moves.length, timerMs}, context)
  const second = {tasks: [...moves, ...undos], refused: []}
  const made = await runNet(second, context)
  const failed = moves.flatMap((task) => notMade(task, moves, made))
  const from = plan.tasks.length + second.tasks.length
  const third = {tasks: undoTasks(failed, {from, timerMs}, context), refused: []}
  const undone = third.tasks.length === 0 ? [] : await runNet(third, context)
  const tasks = [...first.plan.tasks, ...second.tasks, ...third.tasks]
  return answersResult({tasks, refused: plan.refused}, [...first.outcomes, ...made, ...undone])
}

function needsMove({id, target, ask}: TaskOf<'net-up'>, outcomes: readonly Outcome[]): boolean {
  const outcome = outcomes.find(({taskId}) => taskId === id)
  // nobody comes back to this machine over a new connection
  if (ask.interface === undefined || isLocal(target)) return false
  return outcome?.status === 'failed' && outcome.error.code === 'INTERFACE_ADDRESSED'
}

interface Numbered {
  /** Ids begin behind it. */
  readonly from: number
  readonly timerMs: number
}

/** The move, and the network after it. */
function moveTasks(
  tasks: readonly TaskOf<'net-up'>[],
  {from, timerMs}: Numbered,
  context: AppContext,
): readonly Task[] {
  return tasks.flatMap((task, index) => {
    const {bridge = defaultBridge, interface: card = '', become, force} = task.ask
    const ask = {...newChange(timerMs), become, interface: card, bridge, needs: [], forNetwork: true as const}
    const moving = {target: task.target, action: {verb: 'net-move', ask: {...ask, ...(force && {force})}}} as const
    const [move] = tasksOf([moving], from + 2 * index, context)
    const id = String(from + 2 * index + 2)
    return move === undefined ? [] : [move, {...task, id, after: {tasks: [move.id], mustSucceed: true}}]
  })
}

interface Moved {
  readonly target: Task['target']
  readonly bridge: string
  readonly become: TaskOf<'net-up'>['ask']['become']
  readonly force?: true
}

function emptiedBy(task: Task, outcomes: readonly Outcome[]): readonly Moved[] {
  const outcome = outcomes.find(({taskId}) => taskId === task.id)
  if (task.verb !== 'net-down' || outcome?.status !== 'ok' || outcome.data.kind !== 'net-down') return []
  const {emptied} = outcome.data
  const {become, force} = task.ask
  return emptied === undefined ? [] : [{target: task.target, bridge: emptied, become, ...(force && {force})}]
}

/** Networks that failed behind a move that went well. */
function notMade(task: Task, tasks: readonly Task[], outcomes: readonly Outcome[]): readonly Moved[] {
  if (task.verb !== 'net-up') return []
  const statusOf = (id: string) => outcomes.find(({taskId}) => taskId === id)?.status
  const move = tasks.find(({id}) => task.after?.tasks.includes(id))
  if (move === undefined || statusOf(move.id) !== 'ok' || statusOf(task.id) !== 'failed') return []
  const {bridge = defaultBridge, become} = task.ask
  return [{target: task.target, bridge, become}]
}

function undoTasks(moved: readonly Moved[], {from, timerMs}: Numbered, context: AppContext): readonly Task[] {
  const work = moved.map(({target, bridge, become, force}): NetWork => {
    const ask = {...newChange(timerMs), become, bridge, ...(force && {force})}
    return {target, action: {verb: 'net-undo', ask}}
  })
  return tasksOf(work, from, context)
}

/** With ids behind `from`. */
function tasksOf([first, ...rest]: readonly NetWork[], from: number, context: AppContext): readonly Task[] {
  if (first === undefined) return []
  return planNet([first, ...rest], context).tasks.map((task, index) => ({...task, id: String(from + index + 1)}))
}
