/** What the guest of an entry wants of its machine, where the words do not say otherwise. */
import type {Guest, GuestCatalogue} from '../../domain/ports/guests.js'
import {nearest} from '../../lib/suggest.js'
import type {AddFault, NewInput} from '../../parse/make/new-words.js'

const hardware = ['arch', 'machine', 'cpu', 'memory', 'nic', 'bus', 'vga', 'clock', 'tablet'] as const

export interface GuestWords {
  readonly words: NewInput
  readonly guest?: Guest
}

/** Throws ConfigError CONFIG for a file of the user that is wrong; nothing is read where no guest is named. */
export async function withGuest(words: NewInput, addFault: AddFault, guests: GuestCatalogue): Promise<GuestWords> {
  const {guest: name} = words
  if (name === undefined) return {words}
  const all = await guests.all()
  const guest = all.find((one) => one.name === name)
  if (guest === undefined) {
    const near = nearest(
      name,
      all.map((one) => one.name),
    )
    addFault('guest', `'${name}' is none of ctys guests${near === undefined ? '' : ` (${near}?)`}`)
    return {words}
  }
  const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
  const wanted = hardware.flatMap((word) => (guest[word] === undefined ? [] : [[word, guest[word]]]))
  const append = words.kernel !== undefined && guest.append !== undefined ? {append: guest.append} : {}
  const step = guest.steps !== undefined && (words.step ?? []).length === 0 ? {step: guest.steps} : {}
  return {words: {...Object.fromEntries(wanted), ...append, ...given, ...step}, guest}
}
