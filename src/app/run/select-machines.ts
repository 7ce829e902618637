/**
 * The words behind a command that acts on machines: which are machines, which are hosts. A pattern (`web0*`) is the
 * machines of the inventory whose label fits, `--where` those that a question of `find` fits. The first word is a
 * machine, further ones are where the inventory has a machine of that label, and a word that could be both is a fault.
 */
import {LookupError, UsageError} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {areOneMachine} from '../../domain/machine/machine-paths.js'
import {groupMachines, identityOf, type MachineRecords} from '../../domain/machine/machine-records.js'
import {hostType} from '../../domain/machine/session-types.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {globPattern, isGlob} from '../../lib/glob.js'
import {ownHost, recordedHost} from '../../lib/host-name.js'
import {pastable} from '../../lib/shell-quote.js'
import {isAddressWord, parseMachineWord} from '../../parse/machine/parse-machine-word.js'
import {longWordFaults, parseFindQuery} from '../../query/language/find.js'
import {evaluateQuery} from '../../query/query.js'
import type {Selected} from './selected-machine.js'

export interface MachineSelection {
  readonly machines: readonly Selected[]
  /** The other words, as hosts or groups of hosts. */
  readonly hosts: readonly string[]
  /** A pattern, a question or a group is among the words: nobody has named each machine or host. */
  readonly isBroad: boolean
}

interface SelectionInput {
  /** Session type in upper case. */
  readonly type: string
  readonly words: readonly string[]
  /** Questions in the words of `find`, all of which have to fit. */
  readonly where?: readonly string[] | undefined
}

type SelectContext = Pick<CommandContext, 'inventory' | 'knowsHost' | 'signal' | 'now'>

/** Throws UsageError with all faults, and LookupError where a pattern or question fits nothing. */
export async function selectMachines(
  {type, words, where = []}: SelectionInput,
  context: SelectContext,
): Promise<MachineSelection> {
  const faults: string[] = []
  const machines: Selected[] = []
  const hosts: string[] = []
  const named = new Set<string>()
  for (const [index, word] of words.entries()) {
    const kind = await kindOf(word, index === 0 && where.length === 0, context)
    if (kind === 'both') faults.push(bothFault(word))
    if (kind === 'host') hosts.push(word)
    if (kind === 'host' || kind === 'both' || named.has(word)) continue
    named.add(word)
    if (where.length > 0) faults.push(`--where chooses the machines, and ${word} is one: name machines or ask for them`)
    else if (kind === 'pattern') machines.push(...(await fittingPattern(word, type, context)))
    else machines.push({by: 'name', machine: parseMachineWord(word, faults)})
  }
  const question = where.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '')
  if (where.length > 0 && question.length === 0) faults.push('--where asks for nothing')
  faults.push(...longWordFaults(question))
  const query = faults.length > 0 || question.length === 0 ? undefined : parseFindQuery(question, faults)
  if (faults.length > 0) throw new UsageError(faults)
  if (query !== undefined) {
    const all = await machinesOf(type, context)
    const fitting = new Set(evaluateQuery(query, all, {now: context.now()}).map(identityOf))
    // one with an interface that fits is meant with all of them
    const records = all.filter((record) => fitting.has(identityOf(record)))
    if (records.length === 0) throw nothingFits(question.join(' '), `ctys find ${question.map(pastable).join(' ')}`)
    machines.push(...byMachine(records))
  }
  const isBroad = query !== undefined || words.some((word) => word.startsWith('@') || isPattern(word))
  return {machines: withoutDoubles(machines), hosts, isBroad}
}

type WordKind = 'machine' | 'pattern' | 'host' | 'both'

async function kindOf(word: string, isFirst: boolean, context: SelectContext): Promise<WordKind> {
  if (isPattern(word)) return 'pattern'
  if (isFirst || isAddressWord(word)) return 'machine'
  // user@host, host:port, @group, [fe80::1]
  if (/[@:[\]]/.test(word)) return 'host'
  const known = await context.inventory.lookup({label: word})
  if (!known.some(([record]) => record.type.toUpperCase() !== hostType)) return 'host'
  return (await isHost(word, context)) ? 'both' : 'machine'
}

/** No host, path or address has a `*` or `?` in it that means itself. */
function isPattern(word: string): boolean {
  return isGlob(word) && !isAddressWord(word) && !word.startsWith('[')
}

async function isHost(word: string, {inventory, knowsHost, signal}: SelectContext): Promise<boolean> {
  const name = recordedHost(word)
  if (name === ownHost) return true
  const {records} = await inventory.find([word])
  if (records.some(({host}) => recordedHost(host) === name)) return true
  return knowsHost(word, {signal})
}

function bothFault(word: string): string {
  return `'${word}' is a machine and a host: l:${word} is the machine, ${word}:22 or USER@${word} the host`
}

async function fittingPattern(word: string, type: string, context: SelectContext): Promise<readonly Selected[]> {
  const pattern = globPattern(word)
  const records = (await machinesOf(type, context)).filter(({label}) => pattern.test(label))
  if (records.length === 0) throw nothingFits(word, 'ctys find shows what there is')
  return byMachine(records)
}

async function machinesOf(type: string, {inventory}: SelectContext): Promise<readonly InventoryRecord[]> {
  return (await inventory.all()).filter((record) => record.type.toUpperCase() === type)
}

function nothingFits(asked: string, hint: string): LookupError {
  return new LookupError('MACHINE_NOT_FOUND', `no machine of the inventory fits ${asked}`, {hint})
}

/** Places of one machine together; what only shares a label is another machine. */
function byMachine(records: readonly InventoryRecord[]): readonly Selected[] {
  const groups: [MachineRecords, ...MachineRecords[]][] = []
  const byLabel = new Map<string, [MachineRecords, ...MachineRecords[]][]>()
  for (const machine of groupMachines(records)) {
    const label = machine[0].label.toLowerCase()
    const near = byLabel.get(label) ?? []
    const own = near.find((places) => areOneMachine([...places, machine]))
    if (own !== undefined) own.push(machine)
    else {
      const places: [MachineRecords, ...MachineRecords[]] = [machine]
      groups.push(places)
      byLabel.set(label, [...near, places])
    }
  }
  return groups.map((places) => ({by: 'search', places}))
}

/** A machine that two patterns fit is one. */
function withoutDoubles(machines: readonly Selected[]): readonly Selected[] {
  const seen = new Set<string>()
  return machines.filter((one) => {
    const key =
      one.by === 'name'
        ? `name ${JSON.stringify(one.machine)}`
        : one.places.map(([{host, id}]) => `${host}\0${id}`).join()
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
