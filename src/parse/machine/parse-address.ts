import {addressWords} from '../../domain/classic/address.js'
import {type MachineAddress, normalizeMac, normalizeUuid} from '../../domain/machine/machine-address.js'
import {splitPercent} from '../../lib/split-suboptions.js'

/** By the first names of the keys. */
const fields: Readonly<Record<string, keyof MachineAddress>> = {
  LABEL: 'label',
  ID: 'id',
  PATHNAME: 'path',
  FILENAME: 'filename',
  UUID: 'uuid',
  MAC: 'mac',
  TCP: 'tcp',
  BASEPATH: 'basePaths',
  PID: 'pid',
}

function fieldOf(key: string): keyof MachineAddress | undefined {
  const name = addressWords.find(({names}) => names.includes(key))?.names[0]
  return name === undefined ? undefined : fields[name]
}

/** Of a machine address, in any case. */
export function isKey(text: string): boolean {
  return fieldOf(text.toUpperCase()) !== undefined
}

/** A suboption, by any name of its key in upper case. */
export interface KeyAndArgs {
  readonly key: string
  readonly args?: string
}

type Mutable<T> = {-readonly [K in keyof T]: T[K]}

/**
 * Takes the machine address out of the suboptions. Faults are added to `faults`, all of them; what is no address key
 * is returned in `rest`. Key semantics: see docs/command-line.md.
 */
export function takeAddress(
  suboptions: readonly KeyAndArgs[],
  faults: string[],
): {readonly machine: MachineAddress; readonly rest: readonly KeyAndArgs[]} {
  const machine: Mutable<MachineAddress> = {}
  const rest: KeyAndArgs[] = []
  for (const suboption of suboptions) {
    const field = fieldOf(suboption.key)
    if (field === undefined) {
      rest.push(suboption)
      continue
    }
    const value = suboption.args ?? ''
    const key = suboption.key.toLowerCase()
    const fault = machine[field] === undefined ? setField(machine, field, value) : 'given twice'
    if (value === '') faults.push(`machine address: ${key}: has no value`)
    else if (fault !== undefined) faults.push(`machine address: ${key}:${value}: ${fault}`)
  }
  return {machine, rest}
}

/** Sets one field; returns what is wrong with the value. */
function setField(machine: Mutable<MachineAddress>, field: keyof MachineAddress, value: string): string | undefined {
  if (value === '') return
  if (/\p{Cc}/u.test(value)) return 'holds control characters'
  switch (field) {
    case 'id':
      // the id of a virtual machine is the path of its configuration
      if (!value.startsWith('/')) return 'must be the absolute path of a configuration file'
      machine.id = value
      return
    case 'path':
      if (!value.startsWith('/')) return 'must be an absolute path'
      machine.path = value
      return
    case 'basePaths':
      machine.basePaths = splitPercent(value).filter((base) => base !== '')
      return machine.basePaths.length === 0 ? 'names no directory' : undefined
    case 'uuid':
      if (!/^[0-9a-f]{32}$/.test(normalizeUuid(value))) return 'is no UUID (32 hexadecimal digits, hyphens optional)'
      machine.uuid = normalizeUuid(value)
      return
    case 'mac':
      if (!/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(normalizeMac(value))) return 'is no MAC address (00:50:56:13:11:33)'
      machine.mac = normalizeMac(value)
      return
    case 'pid':
      if (!/^[1-9][0-9]{0,9}$/.test(value)) return 'is no process id'
      machine.pid = Number(value)
      return
    case 'label':
    case 'filename':
    case 'tcp':
      machine[field] = value
      return
  }
}

/** True when the address says something a machine can be told by; a base alone only limits a search. */
export function namesMachine(machine: MachineAddress): boolean {
  return Object.keys(machine).some((field) => field !== 'basePaths')
}
