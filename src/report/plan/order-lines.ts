/** In which order the tasks of a plan are done, where they wait for each other. */
import {formatTarget} from '../../domain/target.js'
import type {Task} from '../../domain/work/plan.js'
import {listNames} from '../../lib/list-names.js'
import {machineText} from '../run/action-text.js'

/** One line where each waits for the one before, else one for each that waits. */
export function orderLines(tasks: readonly Task[]): readonly string[] {
  const waiting = tasks.filter(({after}) => after !== undefined)
  if (waiting.length === 0) return []
  const strict = waiting.some(({after}) => after?.mustSucceed)
  const inARow = tasks.slice(1).every(({after}, i) => after?.tasks.length === 1 && after.tasks[0] === tasks[i]?.id)
  if (inARow) return [`one after the other${strict ? ', each when the one before succeeded' : ''}`]
  const named = new Map(tasks.map((task) => [task.id, nameOf(task)]))
  const lines = waiting.map((task) => {
    const before = listNames(task.after?.tasks.map((id) => named.get(id) ?? id) ?? [], 5)
    return `${nameOf(task)}: after ${before}${task.after?.mustSucceed ? ', when that succeeded' : ''}`
  })
  return listNames(lines, 10, '\n').split('\n')
}

function nameOf(task: Task): string {
  const machine = machineText(task)
  return `${formatTarget(task.target)}${machine === '' ? '' : ` ${machine}`}`
}
