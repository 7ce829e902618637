/** What all managers share: how they are told, and how their own command is written for a person to paste. */
import type {Target} from '../../../../domain/target.js'
import {commandOn} from '../../../../lib/command-on.js'
import type {CommandLine, MonitorSocket} from '../command-line.js'
import {type OptionValues, parseValues} from '../command-line-options.js'

export interface Manager {
  /** As it calls itself, such as `libvirt`. */
  readonly name: string
  /** Shuts this machine down, for a person to paste; empty when there is no such command. */
  stop(target: Target): string
}

/** By the command line and the cgroup alone: strings of strangers. */
export interface ManagedFacts {
  readonly commandLine: CommandLine
  readonly monitorSockets: readonly MonitorSocket[]
  readonly cgroup: string
  readonly user: string
  readonly cwd: string
}

export type Recognise = (facts: ManagedFacts) => Manager | undefined

/** A command of the host the machine runs on; none when one of its words is absent. */
export function there(name: string, ...argv: readonly (string | undefined)[]): Manager {
  return {name, stop: (target) => commandOn(target, argv)}
}

/** A command that is run where the tools of the manager are; none when one of its words is absent. */
export function anywhere(name: string, ...argv: readonly (string | undefined)[]): Manager {
  return {name, stop: () => commandOn({host: 'localhost'}, argv)}
}

/** The first text that the pattern has in brackets, in the files and sockets a command line names. */
export function findIn({commandLine, monitorSockets}: ManagedFacts, pattern: RegExp): string | undefined {
  const words = [
    ...monitorSockets.map(({path}) => path),
    ...commandLine.options.map(({value}) => value),
    commandLine.pidFile,
  ]
  return words.map((word) => pattern.exec(word)?.[1]).find((text) => text !== undefined)
}

export function smbiosOf({options}: CommandLine): readonly OptionValues[] {
  return options.flatMap(({name, value}) => (name === 'smbios' ? [parseValues(value)] : []))
}

/** `pattern` is tried with MANUFACTURER/PRODUCT. */
export function hasProduct(line: CommandLine, pattern: RegExp): boolean {
  return smbiosOf(line).some((values) =>
    pattern.test(`${values.get('manufacturer') ?? ''}/${values.get('product') ?? ''}`),
  )
}

export function optionOf({options}: CommandLine, name: string): string {
  return options.findLast((option) => option.name === name)?.value ?? ''
}

export function dashed(uuid: string): string {
  return uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
