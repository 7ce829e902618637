import type {HostName} from '../../domain/host-name.js'
import type {MachineAddress} from '../../domain/machine/machine-address.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {refreshRecords} from '../find/refresh-records.js'
import {hostTargetIfAny} from '../targets/host-target.js'

interface Refresh {
  /** Session type in upper case. */
  readonly type: string
  readonly maxAgeMs: number
  readonly named: readonly Target[] | undefined
  readonly user: string | undefined
}

/** Looks again at the records the address fits. What a host does not answer is seen when the command asks it. */
export async function refreshMachine(
  machine: MachineAddress,
  {type, maxAgeMs, named, user}: Refresh,
  context: AppContext,
): Promise<void> {
  const known = await context.inventory.lookup(machine)
  const places = known.flatMap(([record]) => {
    const host = recordedHost(record.host)
    const target = named === undefined ? hostTargetIfAny(host, user) : namedAs(host, named)
    return record.type.toUpperCase() !== type || target === undefined ? [] : [{record, target}]
  })
  await refreshRecords(places, maxAgeMs, context)
}

function namedAs(host: HostName, targets: readonly Target[]): Target | undefined {
  return targets.find((target) => hostNameOf(target) === host)
}
