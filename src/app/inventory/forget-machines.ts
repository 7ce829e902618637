/** `ctys forget HOST|MACHINE...`: takes records out of the inventory; no host is asked or touched. */
import {LookupError, UsageError} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import type {InventoryFiles} from '../../domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {formatAddress, matchesAddress} from '../../domain/machine/machine-address.js'
import {areOneMachine} from '../../domain/machine/machine-paths.js'
import {
  groupMachines,
  type MachineRecords,
  shortestUniquePlaces,
  toAddressable,
} from '../../domain/machine/machine-records.js'
import {hostType} from '../../domain/machine/session-types.js'
import type {GroupSource} from '../../domain/ports/ports.js'
import type {UpdateResult} from '../../domain/results/inventory.js'
import {globPattern, isGlob} from '../../lib/glob.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {isAddressWord, parseMachineWord} from '../../parse/machine/parse-machine-word.js'
import {parseTarget} from '../../parse/target/parse-target.js'
import {longWordFaults, parseFindQuery} from '../../query/language/find.js'
import {evaluateQuery} from '../../query/query.js'
import {confirm, mostUnasked} from '../run/confirm-many.js'
import {expandTargets} from '../targets/expand-targets.js'

export interface ForgetInput {
  readonly words: readonly string[]
  /** Questions in the words of `find`, all of which have to fit. */
  readonly where?: readonly string[] | undefined
  readonly dryRun: boolean
  readonly yes: boolean
}

export interface ForgetContext {
  readonly files: InventoryFiles
  readonly groups: GroupSource
  readonly ask?: (question: string) => Promise<boolean>
  readonly signal: AbortSignal
  readonly now: Date
}

/** Hosts with machines among the words say where these lie; alone they stand for all their records. */
export async function forgetMachines(asked: ForgetInput, context: ForgetContext): Promise<UpdateResult> {
  const {files, signal} = context
  const {records} = await files.readWritten()
  const {machines, isBroad} = await chosen(asked, records, context)
  const update = {kind: 'inventory update', by: 'forget', location: files.location} as const
  const names = machines.map(([{label, id, host}]) => `${label || id || 'the host'} of ${host}`)
  if (asked.dryRun) {
    const changes = machines.map(([record]) => ({what: 'gone', record}) as const)
    return {...update, changes, conflicts: [], dryRun: true}
  }
  if (isBroad && !asked.yes && machines.length > mostUnasked) {
    await confirm(`${machines.length} machines are forgotten`, names, context)
  }
  return {...update, ...(await files.applyEdits({before: machines.flat(), after: []}, signal))}
}

interface Chosen {
  readonly machines: readonly MachineRecords[]
  readonly isBroad: boolean
}

async function chosen(
  {words, where = []}: ForgetInput,
  records: readonly InventoryRecord[],
  {files, groups, now}: ForgetContext,
): Promise<Chosen> {
  const all = groupMachines(records)
  const hostOf = ([{host}]: MachineRecords) => recordedHost(host)
  const known = new Set(all.map(hostOf))
  const faults: string[] = []
  const hosts = new Set<HostName>()
  const tests: ((machine: MachineRecords) => boolean)[] = []
  const named: {readonly word: string; readonly fits: (machine: MachineRecords) => boolean}[] = []
  const isMachine = ([{type}]: MachineRecords) => type.toUpperCase() !== hostType
  for (const word of words) {
    const label = (machine: MachineRecords) => isMachine(machine) && machine[0].label === word
    const [target] = [parseTarget(word, [])]
    const host = target === undefined ? undefined : hostNameOf(target)
    const isHost = host !== undefined && known.has(host)
    if (word.startsWith('@')) {
      const source = {groups, inventory: {all: async () => records}}
      for (const one of await expandTargets([word], source, faults)) {
        const member = parseTarget(one, [])
        if (member !== undefined) hosts.add(hostNameOf(member))
      }
    } else if (isAddressWord(word)) {
      const address = parseMachineWord(word, faults)
      named.push({
        word: formatAddress(address),
        fits: (one) => isMachine(one) && matchesAddress(address, toAddressable(one)),
      })
    } else if (isGlob(word) && !word.startsWith('[')) {
      const pattern = globPattern(word)
      tests.push((machine) => isMachine(machine) && pattern.test(machine[0].label))
    } else if (all.some(label)) {
      if (isHost) faults.push(`'${word}' is a machine and a host: l:${word} is the machine, ${word}:22 the host`)
      named.push({word, fits: label})
    } else if (host !== undefined && (isHost || word.includes('@'))) hosts.add(host)
    else faults.push(`'${word}' is no machine and no host of the inventory ${files.location}`)
  }
  const question = where.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '')
  faults.push(...longWordFaults(question))
  if (where.length > 0 && question.length === 0) faults.push('--where asks for nothing')
  const query = question.length === 0 ? undefined : parseFindQuery(question, faults)
  if (words.length === 0 && where.length === 0) faults.push('name machines or hosts, or --where')
  if (faults.length > 0) throw new UsageError(faults, 'ctys find shows what there is')
  if (query !== undefined) {
    const fitting = new Set(evaluateQuery(query, records, {now}))
    tests.push((machine) => machine.some((record) => fitting.has(record)))
  }
  const there = (machine: MachineRecords) => hosts.size === 0 || hosts.has(hostOf(machine))
  for (const {word, fits} of named) {
    const found = all.filter((machine) => there(machine) && fits(machine))
    if (found.length > 1 && !areOneMachine(found)) {
      throw new LookupError('MACHINE_AMBIGUOUS', `${word} fits ${found.length} machines`, {
        hint: 'name the host, or a longer address',
        details: shortestUniquePlaces(found, all),
      })
    }
    if (found.length === 0)
      throw new LookupError('MACHINE_NOT_FOUND', `the inventory knows no ${word}`, {hint: 'ctys find'})
    tests.push(fits)
  }
  const machines = all.filter(
    (machine) => there(machine) && (tests.length === 0 || tests.some((fits) => fits(machine))),
  )
  if (machines.length === 0)
    throw new LookupError('MACHINE_NOT_FOUND', 'nothing of the inventory fits', {hint: 'ctys find'})
  const isBroad = where.length > 0 || words.some((word) => word.startsWith('@') || isGlob(word))
  return {machines, isBroad}
}
