import type {MachineAddress} from '../../domain/machine/machine-address.js'
import {splitAction} from '../../lib/split-suboptions.js'
import {isKey, namesMachine, takeAddress} from './parse-address.js'

/** A path, or an address with its keys; a host with a port is none, whatever it is called. */
export function isAddressWord(text: string): boolean {
  return text.startsWith('/') || isKey(/^([A-Za-z0-9]+):/.exec(text)?.[1] ?? '')
}

/**
 * Reads the MACHINE word of today's commands: a full machine address (`u:...,b:/vm`), an absolute path, or else a
 * label. Faults are added to `faults`.
 */
export function parseMachineWord(text: string, faults: string[]): MachineAddress {
  if (text.startsWith('/')) return {path: text}
  if (!text.includes(':')) return takeAddress([{key: 'L', args: text}], faults).machine
  const before = faults.length
  const {suboptions} = splitAction(`MACHINE=${text}`)
  const {machine, rest} = takeAddress(suboptions, faults)
  for (const {key} of rest)
    faults.push(`machine '${text}': unknown key '${key.toLowerCase()}' (l: u: m: t: p: f: b: i: pid:)`)
  if (faults.length === before && !namesMachine(machine)) faults.push(`machine '${text}': names no machine`)
  return machine
}
