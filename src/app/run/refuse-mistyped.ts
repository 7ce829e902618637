import {UsageError} from '../../domain/errors.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {nearest} from '../../lib/suggest.js'

/**
 * Whatever is no command is a host to the classic call, so a command that was mistyped (`ctys strat web01`) would be
 * contacted. Throws UsageError for a word that is nearly a command and the name of no group and no host of the inventory.
 */
export async function refuseMistyped(
  word: string,
  commands: readonly string[],
  {groups, inventory}: Pick<AppContext, 'groups' | 'inventory'>,
): Promise<void> {
  const mistyped = mistypedCommand(word, commands)
  if (mistyped === undefined || (await groups.load(word)) !== undefined) return
  const {records} = await inventory.find([word])
  if (records.some(({host}) => host.toLowerCase() === word.toLowerCase())) return
  throw new UsageError([mistyped], `for a host of that name: ctys -a list ${word}`)
}

/** What to say of a word that is nearly a command. Commands have no digits, hosts often do: `vhost1` is no mistake. */
export function mistypedCommand(word: string, commands: readonly string[]): string | undefined {
  const meant = /^[a-z-]+$/i.test(word) ? nearest(word, [...commands, 'help']) : undefined
  return meant === undefined || meant === word ? undefined : `'${word}' is no command; did you mean ${meant}?`
}
