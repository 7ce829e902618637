/** What would be done (-n, --dry-run): one line a task, refused targets as failures. Nothing was contacted. */

import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {PlanResult} from '../../domain/results/run.js'
import {formatTarget} from '../../domain/target.js'
import type {Plan, Task} from '../../domain/work/plan.js'
import {listNames} from '../../lib/list-names.js'
import {plural} from '../../lib/plural.js'
import {collisionsBody, collisionWarnings} from '../inventory/collision-warnings.js'
import {actionText, machineText} from '../run/action-text.js'
import {chosenBody, chosenLines} from '../run/chosen-host.js'
import {shadowedLines} from '../run/shadowed-hosts.js'
import {ageText} from '../shared/age.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {PlanBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'
import type {Column} from '../shared/table.js'
import type {View} from '../shared/view.js'
import {orderLines} from './order-lines.js'
import {stopPromises} from './stop-promises.js'

export const planView: View<PlanResult, PlanBody> = {
  exit: ({plan}) => planExitCode(plan),
  body: ({plan, collisions, chosen, asked}) => ({
    command: 'plan',
    outcomes: plan.refused,
    plan,
    ...collisionsBody(collisions),
    ...chosenBody(chosen),
    ...(asked.length > 0 && {asked}),
  }),
  text: ({plan}, {now, width}) => rowsTable(columns, rowsOf(plan, now), width),
  terse: ({plan}, {now}) => rowsTerse(rowsOf(plan, now)),
  notes({plan, collisions, chosen, asked, shadowed}) {
    const refused = plan.refused.length === 0 ? '' : `, ${plan.refused.length} refused`
    return [
      ...shadowedLines(shadowed),
      ...chosenLines(chosen),
      ...collisionWarnings(collisions),
      ...asked.map(({host, hosts}) => `${host}: asks ${listNames(hosts)} first: it lies there too`),
      ...orderLines(plan.tasks),
      ...stopPromises(plan.tasks),
      ...failureLines(plan.refused, {plan}),
      `dry run: ${plural(plan.tasks.length, 'job')}${refused}; no host was contacted`,
    ]
  },
}

const columns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'TYPE'},
  {title: 'ACTION', wrap: true},
  {title: 'MACHINE', identity: true},
  {title: 'PATH', cut: 'start', identity: true},
  {title: 'SEEN', keep: true},
  {title: 'LIMIT', keep: true},
]

function rowsOf({tasks}: Plan, now: Date): readonly (readonly string[])[] {
  return tasks.map((task) => cellsOf(task, now))
}

/** PATH and SEEN are the inventory's; without a record the host itself is searched. */
function cellsOf(task: Task, now: Date): readonly string[] {
  const {target, type, record, timeoutMs} = task
  const machine = machineText(task)
  const made = task.verb === 'make' || task.verb === 'image' ? task.ask.base : undefined
  const search = made ?? (machine === '' || machine === 'all' ? '' : 'search the host')
  return [
    formatTarget(target),
    type,
    actionText(task),
    machine,
    record?.id ?? search,
    record === undefined ? '' : ageText(record.observedAt, now),
    `${Math.round(timeoutMs / 1000)} s`,
  ]
}

function planExitCode({tasks, refused}: Plan): ExitStatus {
  return tasks.length > 0 && refused.length > 0 ? exitStatus.partial : exitCodeOf(refused)
}
