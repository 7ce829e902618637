import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import {type MachineInput, workOnMachines} from '../run/act-on-machines.js'
import type {Steps} from '../run/place-machines.js'
import {runOrPlan} from '../run/run-or-plan.js'

/** One action on one machine on one host: there is one terminal, one screen, one answer. Throws as `workOnMachines`. */
export async function onMachine(
  input: MachineInput,
  toAction: (machine: Parameters<Steps>[0]) => ReturnType<Steps>[0],
  context: CommandContext,
): Promise<RunResult | PlanResult> {
  const work = await workOnMachines(input, (machine) => [toAction(machine)], context)
  const count = work.request.targets.length + (work.more ?? []).flatMap(({targets}) => targets).length
  if (count > 1) throw new UsageError([`that is one machine on one host, and these are ${count}`])
  return runOrPlan(work, context)
}
