import {UsageError} from '../../domain/errors.js'
import type {GuestCatalogue} from '../../domain/ports/guests.js'
import type {GuestsResult} from '../../domain/results/guests.js'
import {nearest} from '../../lib/suggest.js'

/** `ctys guests [WORD...]`: the systems that have a name. Opens no connection. Throws ConfigError CONFIG. */
export async function listGuests(words: readonly string[], guests: GuestCatalogue): Promise<GuestsResult> {
  const all = await guests.all()
  const fits = words.map((word) => word.toLowerCase())
  const textOf = ({name, title, arch, evidence}: (typeof all)[number]) =>
    [name, title, arch, evidence].join(' ').toLowerCase()
  const found = all.filter((one) => fits.every((word) => textOf(one).includes(word)))
  return {kind: 'guests', how: 'list', guests: found, words}
}

/** Those of these names. Throws UsageError with every name that is none. */
export async function showGuests(names: readonly string[], guests: GuestCatalogue): Promise<GuestsResult> {
  const all = await guests.all()
  const unknown = names.filter((name) => !all.some((one) => one.name === name))
  if (unknown.length > 0) {
    const [first = ''] = unknown
    const near = nearest(
      first,
      all.map(({name}) => name),
    )
    throw new UsageError(
      unknown.map((name) => `'${name}' is none of ctys guests`),
      near === undefined ? 'ctys guests lists them' : `${near}?`,
    )
  }
  return {kind: 'guests', how: 'show', guests: all.filter(({name}) => names.includes(name)), words: names}
}
