import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {ownHost, recordedHost} from '../../lib/host-name.js'
import {nearest} from '../../lib/suggest.js'

/**
 * Whatever is no command is a host to the classic call, so a word in the place of a command (`ctys restart web01`) would
 * be looked up and contacted. Throws UsageError for a bare word that is no group and no known host: none of the
 * inventory, of the ssh configuration, and not this machine. Whoever means a host can say so with -a list.
 */
export async function refuseMistyped(
  word: string,
  commands: readonly string[],
  context: Pick<CommandContext, 'groups' | 'inventory' | 'knowsHost' | 'signal'>,
): Promise<void> {
  if (/[^a-z0-9_-]/i.test(word) || (await isKnownWord(word, context))) return
  const names = [...new Set(commands)].join(', ')
  const fault = mistypedCommand(word, commands) ?? `'${word}' is no command, no group and no known host`
  throw new UsageError([fault, `commands: ${names}`], `for a host of that name: ctys -a list ${word}`)
}

/** A group, this machine, or a host of the inventory or the ssh configuration. */
export async function isKnownWord(
  word: string,
  {groups, inventory, knowsHost, signal}: Parameters<typeof refuseMistyped>[2],
): Promise<boolean> {
  const name = recordedHost(word)
  if (name === ownHost || (await groups.load(word)) !== undefined) return true
  const {records} = await inventory.find([word])
  return records.some(({host}) => recordedHost(host) === name) || knowsHost(word, {signal})
}

/** What to say of a word that is nearly a command. Commands have no digits, hosts often do: `vhost1` is no mistake. */
export function mistypedCommand(word: string, commands: readonly string[]): string | undefined {
  const meant = /^[a-z-]+$/i.test(word) ? nearest(word, [...commands, 'help']) : undefined
  return meant === undefined || meant === word ? undefined : `'${word}' is no command; did you mean ${meant}?`
}
