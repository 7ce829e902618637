/** What would be done (-n, --dry-run): one line a task, refused targets as failures. Nothing was contacted. */

import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {TaskCollision} from '../../domain/machine/collision.js'
import {formatTarget} from '../../domain/target.js'
import type {Plan, Task} from '../../domain/work/plan.js'
import type {Report} from '../../domain/work/report.js'
import {listNames} from '../../lib/list-names.js'
import {plural} from '../../lib/plural.js'
import {collisionsBody, collisionWarnings} from '../inventory/collision-warnings.js'
import {actionText, machineText} from '../run/action-text.js'
import {type AskedBefore, type ChosenHost, chosenBody, chosenLines} from '../run/chosen-host.js'
import {ageText} from '../shared/age.js'
import {answerRows} from '../shared/answer-rows.js'
import {finishReport} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'
import type {ReportStyle} from '../shared/style.js'
import type {Column} from '../shared/table.js'
import {stopPromises} from './stop-promises.js'

interface PlanNotes {
  /** What the inventory warns of. */
  readonly collisions?: readonly TaskCollision[]
  /** The host that was chosen where none was named. */
  readonly chosen?: readonly ChosenHost[]
  /** Hosts that are asked before a start whether the machine runs there. */
  readonly asked?: readonly AskedBefore[]
}

export function buildPlanReport(plan: Plan, style: ReportStyle, notes: PlanNotes = {}): Report {
  const {collisions = [], chosen = [], asked = []} = notes
  const rows = plan.tasks.map((task) => cellsOf(task, style.now))
  const exitCode = planExitCode(plan)
  const refused = plan.refused.length === 0 ? '' : `, ${plan.refused.length} refused`
  return finishReport(
    {
      command: 'plan',
      exitCode,
      outcomes: plan.refused,
      plan,
      ...collisionsBody(collisions),
      ...chosenBody(chosen),
      ...(asked.length > 0 && {asked}),
    },
    {
      stdout: answerRows(columns, rows, style),
      stderr: [
        ...chosenLines(chosen),
        ...collisionWarnings(collisions),
        ...asked.map(({host, hosts}) => `${host}: asks ${listNames(hosts)} first: it lies there too`),
        ...stopPromises(plan.tasks),
        ...failureLines(plan.refused, {plan}),
        `dry run: ${plural(plan.tasks.length, 'job')}${refused}; no host was contacted`,
      ],
    },
    style,
  )
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

/** PATH and SEEN are the inventory's; without a record the host itself is searched. */
function cellsOf(task: Task, now: Date): readonly string[] {
  const {target, type, record, timeoutMs} = task
  const machine = machineText(task)
  const search = machine === '' || machine === 'all' ? '' : 'search the host'
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
