import {ignorableSignals, parseSignalList} from '../../lib/signal-list.js'

/** Of a list of numbers, or `off`; undefined: it is none. */
export function ignoredSignals(text: string): readonly NodeJS.Signals[] | undefined {
  const numbers = parseSignalList(text)
  return Array.isArray(numbers) ? ignorableSignals(numbers) : undefined
}
