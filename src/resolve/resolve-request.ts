import {LookupError, toErrorInfo} from '../domain/errors.js'
import type {InventoryRecord} from '../domain/inventory/inventory-record.js'
import {formatAddress, type MachineAddress} from '../domain/machine/machine-address.js'
import {areOneMachine, seenLast} from '../domain/machine/machine-paths.js'
import {type MachineRecords, toAddressable} from '../domain/machine/machine-records.js'
import {isListedOnly} from '../domain/machine/session-types.js'
import {shortestUniqueAddresses} from '../domain/machine/unique-address.js'
import {formatTarget, type Target} from '../domain/target.js'
import type {Request} from '../domain/work/request.js'
import type {Resolution} from '../domain/work/resolution.js'
import {here} from '../lib/command-on.js'
import {hostNameOf, recordedHost} from '../lib/host-name.js'
import {listNames} from '../lib/list-names.js'
import {pastable} from '../lib/shell-quote.js'
import {refuseListed} from './refuse-listed.js'

/**
 * Puts the request beside the machines of the inventory that fit its address; no network. A machine the inventory does
 * not know is left to a search on its host (no record), unless the inventory alone may answer. Of several paths of one
 * machine on a host the one seen last is taken; two machines that fit are an error that prints the shortest addresses
 * unique among `all`.
 */
export function resolveRequest(request: Request, {known, all = known, drivers}: Known): readonly Resolution[] {
  const {action, type} = request
  const machine = 'machine' in action.ask ? action.ask.machine : 'all'
  if (machine === 'all') return request.targets.map((target) => ({ok: true, target, action}))
  const isOfType = ([record]: MachineRecords) => record.type.toUpperCase() === type
  const fitting = known.filter(isOfType)
  const foreign = known.filter((found) => !isOfType(found) && isListedOnly(found[0].type, drivers))
  // none of them is on a target that has no record
  const knownOn = [...new Set(fitting.map(([{host}]) => recordedHost(host)))]
  const only = request.inventoryUse === 'only'
  return request.targets.map((target): Resolution => {
    try {
      const record = pickRecord({target, machine, fitting, foreign, all, only, type})
      if (record !== undefined) {
        const others = knownOn.filter((host) => host !== recordedHost(record.host))
        return {ok: true, target, action, record, ...(others.length > 0 && {knownOn: others})}
      }
      return {ok: true, target, action, ...(knownOn.length > 0 && {knownOn})}
    } catch (error) {
      return {ok: false, target, error: toErrorInfo(error)}
    }
  })
}

/** What is known of machines, and what can be done with them. */
export interface Known {
  /** Those that fit the address. */
  readonly known: readonly MachineRecords[]
  /** Default: the same. */
  readonly all?: readonly MachineRecords[]
  /** By session type. */
  readonly drivers: {has(type: string): boolean}
}

interface Pick {
  readonly target: Target
  readonly machine: MachineAddress
  readonly fitting: readonly MachineRecords[]
  /** Machines of other session types that fit the address. */
  readonly foreign: readonly MachineRecords[]
  readonly all: readonly MachineRecords[]
  readonly only: boolean
  readonly type: string
}

function pickRecord({target, machine, fitting, foreign, all, only, type}: Pick): InventoryRecord | undefined {
  const host = hostNameOf(target)
  const isHere = ([record]: MachineRecords) => recordedHost(record.host) === host
  const atHost = fitting.filter(isHere)
  const first = seenLast(atHost)
  if (atHost.length > 1 && !areOneMachine(atHost)) {
    throw new LookupError('MACHINE_AMBIGUOUS', `${formatAddress(machine)} fits ${atHost.length} machines on ${host}`, {
      hint: 'add one of these addresses',
      details: shortestUniqueAddresses(atHost.map(toAddressable), all.filter(isHere).map(toAddressable)).map(pastable),
    })
  }
  const other = foreign.find(isHere)?.[0]
  if (first === undefined && other !== undefined) {
    throw refuseListed(machine, other, {target, more: `; one of type ${type} there is named by its path: p:/...`})
  }
  if (first === undefined && only) {
    const elsewhere = [...new Set(fitting.map(([record]) => record.host))]
    throw new LookupError(
      'MACHINE_NOT_FOUND',
      `the inventory knows no ${formatAddress(machine)} on ${formatTarget(target)}`,
      {
        hint: `${here`ctys scan ${formatTarget(target)}`}, or search on the host with -c off`,
        ...(elsewhere.length > 0 && {details: [`known on ${listNames(elsewhere)}`]}),
      },
    )
  }
  return first?.[0]
}
