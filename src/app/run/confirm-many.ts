/** What nobody named one by one is asked about before more than a handful of machines is changed. */
import {UsageError} from '../../domain/errors.js'
import {formatAddress} from '../../domain/machine/machine-address.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {PlanResult} from '../../domain/results/run.js'
import {formatTarget} from '../../domain/target.js'
import type {Task} from '../../domain/work/plan.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {listNames} from '../../lib/list-names.js'
import {planWork, type Work} from './run-tasks.js'

/** So many are changed without a question. */
export const mostUnasked = 5

/** Throws UsageError where nobody can be asked, or the answer is no; nothing was changed then. */
export async function confirmMany(work: Work, context: CommandContext): Promise<void> {
  const {plan} = await planWork(work, context)
  const places = new Set(plan.tasks.map((task) => `${nameOf(task)} on ${formatTarget(task.target)}`))
  if (places.size > mostUnasked) await confirm(`${places.size} machines are changed`, [...places], context)
}

function nameOf({ask}: Task): string {
  if (!('machine' in ask)) return 'all'
  return ask.machine === 'all' ? 'all' : formatAddress(ask.machine)
}

/** The same for what is known otherwise; `what` says how many. */
export async function confirm(
  what: string,
  names: readonly string[],
  {ask}: Pick<CommandContext, 'ask'>,
): Promise<void> {
  const told = `${what}: ${listNames(names, 20)}`
  if (ask === undefined) throw new UsageError([told], 'add --yes, or see what would be done with -n')
  if (!(await ask(`${escapeControls(told)}\ngo on? (yes/no)`)))
    throw new UsageError(['not confirmed; nothing was changed'])
}

/** A plan that somebody wrote down is shown before it is done. Throws as `confirmMany`. */
export async function confirmPlan(what: string, plan: PlanResult, {ask}: Pick<CommandContext, 'ask'>): Promise<void> {
  if (ask === undefined) throw new UsageError([`${what} would be made`], 'add --yes, or see what would be done with -n')
  if (!(await ask(`${what}: go on? (yes/no)`, plan))) throw new UsageError(['not confirmed; nothing was changed'])
}
