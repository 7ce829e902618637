/** Why a machine does not fit: each part of an address by itself, and how near a miss came. */
import {circumstances, recordFields} from '../../domain/inventory/inventory-record.js'
import {
  type AddressableMachine,
  type MachineAddress,
  matchesAddress,
  normalizeUuid,
} from '../../domain/machine/machine-address.js'
import type {MachineRecords} from '../../domain/machine/machine-records.js'
import type {WhyReason} from '../../domain/work/why-answer.js'

type Part = keyof MachineAddress

/** The machine with what decides its place in the answer: small ranks come first. */
export interface Judged {
  readonly machine: MachineRecords
  readonly reasons: readonly WhyReason[]
  readonly rank: number
}

/** The parts of the address that do not fit, each judged by the predicate every command uses. */
export function misfits(address: MachineAddress, machine: AddressableMachine): readonly WhyReason[] {
  return partsOf(address)
    .filter((part) => !matchesAddress({[part]: address[part]}, machine))
    .map((part) => ({part, text: misfitText(part, address, machine)}))
}

export function partsOf(address: MachineAddress): readonly Part[] {
  return (Object.keys(address) as Part[]).filter((part) => address[part] !== undefined)
}

function misfitText(part: Part, address: MachineAddress, {label, id, uuid}: AddressableMachine): string {
  switch (part) {
    case 'label':
      return `label is ${label || 'not known'}${nearness(address.label ?? '', label)}`
    case 'id':
    case 'path':
      return `path is ${id || 'not known'}`
    case 'filename':
      return `path does not contain ${address.filename}`
    case 'basePaths':
      return `does not lie below ${address.basePaths?.join(' or ')}`
    case 'uuid':
      return `UUID is ${normalizeUuid(uuid) || 'not known'}`
    case 'mac':
      return `no interface has MAC ${address.mac}`
    case 'pid':
      return 'a process belongs to no record'
    case 'tcp':
      return `no interface has address or name ${address.tcp}`
  }
}

function nearness(wanted: string, label: string): string {
  if (wanted.toLowerCase() === label.toLowerCase()) return ' (upper and lower case differ)'
  if (isOneSwap(wanted, label)) return ' (two neighbouring characters are swapped)'
  return isOneEdit(wanted, label) ? ' (one character differs)' : ''
}

export interface NearMiss {
  /** Small = near. */
  readonly rank: number
  readonly reason: WhyReason
}

/** How near a machine of another label comes to the word, or undefined when it does not come near at all. */
export function nearMiss(word: string, machine: MachineRecords): NearMiss | undefined {
  const [{label}] = machine
  const reason = (more: string): WhyReason => ({part: 'label', text: `label is ${label || 'not known'}${more}`})
  const near = nearness(word, label)
  if (near !== '') return {rank: word.toLowerCase() === label.toLowerCase() ? 0 : 1, reason: reason(near)}
  if (word === '') return undefined
  const wanted = word.toLowerCase()
  if (label.toLowerCase().includes(wanted)) return {rank: 3, reason: reason(`, which contains ${word}`)}
  const field = fieldHolding(wanted, machine)
  if (field === undefined) return undefined
  return {rank: field.whole ? 2 : 4, reason: reason(`; ${word} is ${field.whole ? '' : 'in '}its ${field.name}`)}
}

function fieldHolding(wanted: string, machine: MachineRecords) {
  const fields = recordFields.filter((field) => !circumstances.has(field) && field !== 'ctysRelease')
  const holds = (fits: (value: string) => boolean) =>
    fields.find((field) => machine.some((record) => fits(record[field].toLowerCase())))
  const whole = holds((value) => value === wanted) ?? (isUuidOf(wanted, machine) ? 'uuid' : undefined)
  if (whole !== undefined) return {name: whole, whole: true}
  // a letter or two stand in nearly everything
  const part = wanted.length < 3 ? undefined : holds((value) => value.includes(wanted))
  return part && {name: part, whole: false}
}

function isUuidOf(wanted: string, [{uuid}]: MachineRecords): boolean {
  return uuid !== '' && normalizeUuid(wanted) === normalizeUuid(uuid)
}

/** True when one character more, less or other makes one text the other, without regard to case. */
export function isOneEdit(one: string, other: string): boolean {
  const [short, long] = [one.toLowerCase(), other.toLowerCase()].sort((a, b) => a.length - b.length) as [string, string]
  if (short === long || long.length - short.length > 1 || long.length < 2) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at++
  return short.slice(short.length === long.length ? at + 1 : at) === long.slice(at + 1)
}

/** True when two neighbours in the wrong order are all that differs, without regard to case. */
export function isOneSwap(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()]
  if (a.length !== b.length) return false
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at + 1 < a.length && `${a[at + 1]}${a[at]}${a.slice(at + 2)}` === b.slice(at)
}
