/** Which machine each start of a plan is about: by its record, or, where the inventory has none, by a look at the host. */

import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {matchesAddress} from '../../domain/machine/machine-address.js'
import {groupMachines, type MachineRecords, toAddressable} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Plan, Task, TaskOf} from '../../domain/work/plan.js'
import {hostNameOf} from '../../lib/host-name.js'
import {recordsOf} from '../../lib/scan-records.js'
import {askHosts, planQuestion} from './ask-hosts.js'

/** The tasks that may start a machine. */
export function startsOf({tasks}: Plan): readonly Task[] {
  return tasks.filter((task) => task.verb === 'create' && task.ask.mode !== 'connect')
}

/** By the id of the task, as far as the inventory knows it. */
export function recordedStarts(starting: readonly Task[]): ReadonlyMap<string, MachineRecords> {
  return new Map(starting.flatMap(({id, record}) => (record === undefined ? [] : [[id, [record]]])))
}

/**
 * The machines of the other tasks, as their hosts have them; hosts are asked in one round. What is not found, or not
 * alone under its address, is left to the start itself: it says so.
 */
export async function seenStarts(
  starting: readonly Task[],
  context: AppContext,
): Promise<ReadonlyMap<string, MachineRecords>> {
  const groups = new Map<string, TaskOf<'create'>[]>()
  for (const task of starting) {
    if (task.record !== undefined || task.verb !== 'create') continue
    const key = JSON.stringify([task.type, task.ask.machine])
    groups.set(key, [...(groups.get(key) ?? []), task])
  }
  if (groups.size === 0 || (await context.inventory.count()) === 0) return new Map()
  const seen = await Promise.all([...groups.values()].map((tasks) => seenOf(tasks, context)))
  return new Map(seen.flatMap((found) => [...found]))
}

/** Of tasks with one address and one session type. */
async function seenOf(
  unrecorded: readonly TaskOf<'create'>[],
  context: AppContext,
): Promise<ReadonlyMap<string, MachineRecords>> {
  const [first] = unrecorded
  if (first === undefined) return new Map()
  const {machine: address} = first.ask
  const path = address.path ?? (address.id?.startsWith('/') ? address.id : undefined)
  const basePaths = path === undefined ? (address.basePaths ?? []) : [path]
  const targets = unrecorded.map(({target}) => target)
  const action = {verb: 'enumerate', ask: {basePaths}} as const
  const plan = planQuestion({type: first.type, action, targets}, context)
  const outcomes = await askHosts(plan, context)
  return new Map(
    unrecorded.flatMap(({id, target}, index) => {
      const outcome = outcomes[index]
      if (outcome?.status !== 'ok' || outcome.data.kind !== 'enumerate') return []
      const host = hostNameOf(target)
      const records = outcome.data.machines.flatMap((machine): readonly InventoryRecord[] =>
        recordsOf(machine, {host, observedAt: ''}),
      )
      const found = groupMachines(records).filter((machine) => matchesAddress(address, toAddressable(machine)))
      const [only] = found
      return only === undefined || found.length > 1 ? [] : [[id, only] as const]
    }),
  )
}
