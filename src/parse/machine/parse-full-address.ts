import type {MachineAddress} from '../../domain/machine/machine-address.js'
import type {Target} from '../../domain/target.js'
import {parseTarget} from '../target/parse-target.js'
import {namesMachine, takeAddress} from './parse-address.js'
import {parseMachineWord} from './parse-machine-word.js'

/** A machine, and the host it must be on where that is said. */
export interface FullAddress {
  readonly host?: Target
  readonly machine: MachineAddress
}

/**
 * Reads a full ctys address: `HOST[ADDRESS]`, or ADDRESS alone. ADDRESS is a machine address, a label, a path, or
 * `ID,LABEL,UUID,MAC,TCP` as `-o ctysaddress` writes it. A stack of more than one machine is refused. Faults are added
 * to `faults`.
 */
export function parseFullAddress(text: string, faults: string[]): FullAddress {
  const [, place, inner] = /^(.*)\[([^[\]]*)\]$/s.exec(text) ?? []
  if (place === undefined || inner === undefined) return {machine: parseMachineWord(text, faults)}
  const machine = parseInner(inner, text, faults)
  if (/.\[/s.test(place)) {
    faults.push(`address '${text}': one machine on one host, not a stack of several`)
    return {machine}
  }
  const host = parseTarget(place, faults)
  if (host?.user !== undefined) faults.push(`address '${text}': a user is no part of it (-l)`)
  return {machine, ...(host !== undefined && {host})}
}

function parseInner(inner: string, text: string, faults: string[]): MachineAddress {
  const values = inner.split(',')
  if (!/^(\/[^,]*)?(,[^,]*){4}$/s.test(inner)) return parseMachineWord(inner, faults)
  const keys = ['I', 'L', 'U', 'M', 'T']
  const given = keys.map((key, i) => ({key, args: values[i] ?? ''})).filter(({args}) => args !== '')
  const {machine} = takeAddress(given, faults)
  if (!namesMachine(machine)) faults.push(`address '${text}': names no machine`)
  return machine
}
