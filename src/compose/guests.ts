import {homedir} from 'node:os'
import {join} from 'node:path'
import {createGuests} from '../../inventory/guests/guests.js'
import type {GuestCatalogue} from '../domain/ports/guests.js'

/** The guests of this user, and those that ctys knows. */
export function composeGuests(): GuestCatalogue {
  return createGuests(join(homedir(), '.ctys'))
}
