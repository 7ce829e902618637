/** What a run saw of machines that were suspended, or are no longer, is put into the inventory at once. */

import type {HostName} from '../../domain/host-name.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {otherPathsOf} from '../../domain/machine/machine-paths.js'
import {groupMachines, type MachineRecords} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan, Task} from '../../domain/work/plan.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'

/** A machine by its place, and what InventoryRecord.suspended is now. */
interface SuspendedNow {
  readonly host: HostName
  readonly id: string
  readonly suspended: string
}

/** At all places of the machine. Never rejects: where it cannot be written the next scan tells. */
export async function keepSuspended(
  outcomes: readonly Outcome[],
  {tasks}: Plan,
  {inventory, now, signal}: Pick<AppContext, 'inventory' | 'now' | 'signal'>,
): Promise<void> {
  const since = now().toISOString().slice(0, 19).replace('T', ' ')
  const seen = tasks.flatMap((task): readonly SuspendedNow[] => {
    const outcome = outcomes.find(({taskId}) => taskId === task.id)
    return outcome === undefined ? [] : seenIn(outcome, task, since)
  })
  if (seen.length === 0) return
  try {
    const machines = groupMachines(await inventory.recorded())
    const states = new Map<MachineRecords, string>()
    for (const {host, id, suspended} of seen) {
      const own = machines.find(([record]) => record.id === id && recordedHost(record.host) === host)
      if (own === undefined) continue
      for (const place of [own, ...otherPathsOf(own, machines)]) states.set(place, suspended)
    }
    const changed = [...states].flatMap(([machine, suspended]) =>
      machine.some((record) => (record.suspended === '') !== (suspended === ''))
        ? machine.map((record): InventoryRecord => ({...record, suspended}))
        : [],
    )
    if (changed.length === 0) return
    const scans = groupMachines(changed).map((records) => {
      const [{host, type}] = records
      return {host: recordedHost(host), type, records, searched: [], kept: []}
    })
    await inventory.merge(scans, signal)
  } catch {
    // an inventory that nobody may write, or that is busy
  }
}

function seenIn(outcome: Outcome, {target, record}: Task, since: string): readonly SuspendedNow[] {
  if (outcome.status !== 'ok') return []
  const host = hostNameOf(target)
  if (outcome.data.kind === 'cancel') {
    return outcome.data.machines
      .filter(({step, id}) => step === 'suspend' && id !== '')
      .map(({id}) => ({host, id, suspended: since}))
  }
  if (outcome.data.kind !== 'create' || outcome.data.reused) return []
  const {machine, resumed} = outcome.data
  // what was started is not suspended any more, whatever became of its saved state
  const was = resumed === true || (record !== undefined && record.suspended !== '')
  return was && machine.id !== '' ? [{host, id: machine.id, suspended: ''}] : []
}
