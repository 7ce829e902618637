import {hostType} from '../../domain/machine/session-types.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {isGlob} from '../../lib/glob.js'
import {parseMachineWord} from '../../parse/machine/parse-machine-word.js'

/**
 * Words of a command that takes machines and hosts alike: what the inventory knows as a machine is one, every other word is
 * a host or a group. With `on`, the host they run on, every word is a machine.
 */
export async function readMachineWords(
  words: readonly string[],
  on: string | undefined,
  context: CommandContext,
): Promise<{readonly machines: readonly string[]; readonly hosts: readonly string[]}> {
  const machines: string[] = []
  const hosts: string[] = on === undefined ? [] : [on]
  for (const word of words) {
    if (await isMachine(word, on, context)) machines.push(word)
    else hosts.push(word)
  }
  return {machines, hosts}
}

async function isMachine(word: string, on: string | undefined, {inventory}: CommandContext): Promise<boolean> {
  if (on !== undefined || isGlob(word)) return true
  if (word.startsWith('@')) return false
  const faults: string[] = []
  const address = parseMachineWord(word, faults)
  if (faults.length > 0 || address.pid !== undefined) return faults.length === 0
  // what is recorded of a host itself is no machine on it
  return (await inventory.lookup(address)).some(([{type}]) => type.toUpperCase() !== hostType)
}
