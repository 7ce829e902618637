import {UsageError} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'

/** A host that is to be started on, or that nobody knows, cannot be one where the machine is known not to run. */
export async function checkNotOn(
  notOn: ReadonlySet<HostName>,
  targets: readonly Target[],
  {inventory}: Pick<AppContext, 'inventory'>,
): Promise<void> {
  const faults: string[] = []
  for (const host of notOn) {
    if (targets.some((target) => hostNameOf(target) === host)) {
      faults.push(`--not-on ${host}: the machine is to be started there`)
      continue
    }
    const {records} = await inventory.find([host])
    if (!records.some((record) => recordedHost(record.host) === host)) {
      faults.push(`--not-on ${host}: the inventory has no such host`)
    }
  }
  if (faults.length > 0) throw new UsageError(faults)
}
