import {homedir} from 'node:os'
import {join} from 'node:path'
import type {GuestCatalogue} from '../domain/ports/guests.js'

/** The guests of this user, and those that ctys knows; the catalogue is loaded by whoever asks for one. */
export function composeGuests(): GuestCatalogue {
  const open = async () => (await import('../../inventory/guests/guests.js')).createGuests(join(homedir(), '.ctys'))
  return {
    all: async () => (await open()).all(),
    saw: async (...seen) => (await open()).saw(...seen),
  }
}
