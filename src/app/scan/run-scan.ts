import {UsageError} from '../../domain/errors.js'
import type {AppContext, Group} from '../../domain/ports/ports.js'
import type {ScanResult} from '../../domain/results/machine.js'
import {parseScan, type ScanInput} from '../../parse/request/parse-scan.js'
import {expandTargets} from '../targets/expand-targets.js'
import {shadowedHosts} from '../targets/shadowed-hosts.js'
import {scanInventory} from './scan-inventory.js'

/**
 * `ctys scan HOST... [--base DIR]`: collects and remembers what the hosts' VM directories say. `classic`: bare words may
 * be groups, as for ctys-vdbgen.
 */
export async function runScan(
  input: ScanInput & {readonly mustBeNew?: boolean; readonly classic?: boolean},
  context: AppContext,
): Promise<ScanResult> {
  const faults: string[] = []
  const met: Group[] = []
  const unaskable: string[] = []
  const {classic = false} = input
  const isDefault = input.targets.length === 0 && !classic
  const asked = isDefault ? ['@all'] : input.targets
  const targets = await expandTargets(asked, context, faults, {classic, met, unaskable, mayBeNone: isDefault})
  if (faults.length > 0) throw new UsageError(faults)
  const parsed = parseScan({...input, targets}, context.registry.scanned)
  // no host at all would be this machine
  const isNobody = targets.length === 0 && unaskable.length > 0
  const request = {...parsed, ...(isNobody && {targets: []}), unaskable}
  if (input.mustBeNew && (await context.inventory.all()).length > 0) {
    throw new UsageError(
      [`the inventory ${context.inventory.location} has records already`],
      'give --replace, --append, --stdio or --dry-run',
    )
  }
  const result = await scanInventory(request, context)
  return {...result, shadowed: await shadowedHosts(met, context)}
}
