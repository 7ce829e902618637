import {listGuests, showGuests} from '../../app/machines/list-guests.js'
import {composeGuests} from '../../compose/guests.js'
import {UsageError} from '../../domain/errors.js'
import {render} from '../../report/render.js'
import {printUseCase} from '../base/print-use-case.js'

/** `ctys guests` and `ctys guests show`: work offline. */
export async function guestsOffline(
  how: 'list' | 'show',
  words: readonly string[],
  flags: {readonly json: boolean; readonly yaml?: boolean | undefined; readonly terse: boolean},
): Promise<void> {
  const guests = composeGuests()
  const useCase = async () => {
    if (how === 'list') return listGuests(words, guests)
    if (words.length === 0) throw new UsageError(['name a guest: show NAME'], 'ctys guests lists them')
    return showGuests(words, guests)
  }
  await printUseCase(flags, useCase, render)
}
