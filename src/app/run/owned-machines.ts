/** `--foreign` of start and stop: machines that the inventory lists and another manager owns, by that manager's command. */
import {UsageError} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {groupMachines} from '../../domain/machine/machine-records.js'
import {hostType, isListedOnly, ownerOf, usualType} from '../../domain/machine/session-types.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {OwnedAsk} from '../../domain/work/owned.js'
import type {Request} from '../../domain/work/request.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {ownerCalls} from '../../lib/owner-commands.js'
import {parseMachineWord} from '../../parse/machine/parse-machine-word.js'
import {parseNamedTargets} from '../../parse/target/parse-target.js'
import {refuseListed} from '../../resolve/refuse-listed.js'
import {expandTargets} from '../targets/expand-targets.js'
import {hostTarget} from '../targets/host-target.js'
import type {MachineInput} from './act-on-machines.js'
import type {Work} from './run-tasks.js'

type Owned = Pick<MachineInput, 'machine' | 'targets' | 'user' | 'dryRun'>

/**
 * Undefined where a machine named is none that another manager owns: then it is one like others. Throws UsageError, and
 * ConfigError UNSUPPORTED where it is not known how its manager is called.
 */
export async function ownedWork(
  input: Owned,
  {what, waitMs}: Pick<OwnedAsk, 'what' | 'waitMs'>,
  context: CommandContext,
): Promise<(Work & {readonly dryRun: boolean}) | undefined> {
  const {machine, targets, user} = input
  const {inventory, registry} = context
  const faults: string[] = []
  const found: (readonly InventoryRecord[])[] = []
  const hosts: string[] = []
  for (const [index, word] of (machine === undefined ? targets : [machine, ...targets]).entries()) {
    const address = word.startsWith('@') ? undefined : parseMachineWord(word, [])
    const all = address === undefined ? [] : await inventory.lookup(address)
    // a host itself is no machine of anybody
    const known = all.filter(([{type}]) => type.toUpperCase() !== hostType)
    if (known.length === 0 && index > 0) hosts.push(word)
    else if (known.length === 0 || known.some(([{type}]) => !isListedOnly(type, registry.drivers))) return undefined
    else found.push(known.map(([record]) => record))
  }
  if (found.length === 0) return undefined
  const named = parseNamedTargets(await expandTargets(hosts, context, faults), user, faults)
  const names = named && new Set(named.map((target) => hostNameOf(target)))
  const requests = found.flatMap((records): Request[] => {
    const here = records.filter(({host}) => names === undefined || names.has(recordedHost(host)))
    const [record, ...more] = groupMachines(here).map(([first]) => first)
    const [{label = ''} = {}] = records
    if (record === undefined) faults.push(`${label} is on none of the hosts named`)
    else if (more.length > 0) faults.push(`${label} is on ${here.map(({host}) => host).join(', ')}: name one host`)
    if (record === undefined || more.length > 0) return []
    const target = named?.find((one) => hostNameOf(one) === recordedHost(record.host)) ?? hostTarget(record.host, user)
    const owner = ownerOf(record.type)
    const argv = ownerCalls(record, what)
    if (owner === undefined || argv === undefined) throw refuseListed({label: record.label}, record, {target})
    const ask = {what, label: record.label, uuid: record.uuid, owner, argv, waitMs}
    return [{type: usualType, action: {verb: 'owned', ask}, targets: [target], inventoryUse: 'off'}]
  })
  if (faults.length > 0) throw new UsageError(faults)
  const [request, ...more] = requests.map((one, n) => ({...one, ids: [String(n + 1)]}))
  return request === undefined ? undefined : {request, more, user, dryRun: input.dryRun}
}
