import type {CommandContext, HostScan} from '../../domain/ports/ports.js'
import type {RunResult} from '../../domain/results/run.js'
import {hostNameOf} from '../../lib/host-name.js'
import {recordsOf} from '../../lib/scan-records.js'

/** What the hosts now say of machines that were changed or made goes into the inventory; nothing is removed by it. */
export async function mergeStored(
  {plan, outcomes}: RunResult,
  {inventory, now}: Pick<CommandContext, 'inventory' | 'now'>,
): Promise<void> {
  const observedAt = `${now().toISOString().slice(0, 19)}Z`
  const scans = outcomes.flatMap((outcome): readonly HostScan[] => {
    const task = plan.tasks.find(({id}) => id === outcome.taskId)
    if (outcome.status !== 'ok' || task === undefined) return []
    if (outcome.data.kind !== 'alter' && outcome.data.kind !== 'configure') return []
    const host = hostNameOf(task.target)
    const records = (outcome.data.stored ?? []).flatMap((machine) => recordsOf(machine, {host, observedAt}))
    return records.length === 0 ? [] : [{host, type: task.type, records, searched: [], kept: []}]
  })
  // it is not given up when the user interrupts: what was changed is so
  if (scans.length > 0) await inventory.merge(scans, new AbortController().signal)
}
