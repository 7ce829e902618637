import type {ClassicOption} from '../../domain/classic/word.js'
import {suggestOrList} from '../../lib/suggest.js'

type Keywords = NonNullable<ClassicOption['keywords']>

/**
 * A list of keywords with commas between them, in any case and order. Comes back in upper case, by the first spelling of
 * each, in the order of the table; of two of one line the last counts.
 */
export function readKeywords(text: string, keywords: Keywords, fault: (text: string) => void): string {
  const chosen: string[] = []
  const known = [...new Set(keywords.flat(2))].filter((word) => word !== '#')
  const words = text.split(',').filter((word) => word !== '')
  if (words.length === 0) fault(`its value is empty (${known.join(' ').toLowerCase()})`)
  for (const word of words) {
    const numbers = /^[0-9]+$/.test(word) ? keywords.findIndex((line) => line[0]?.[0] === '#') : -1
    if (numbers >= 0) {
      chosen[numbers] = word
      continue
    }
    const key = word.includes(':') ? word.slice(0, word.indexOf(':') + 1).toUpperCase() : word.toUpperCase()
    const value = word.includes(':') ? word.slice(word.indexOf(':') + 1) : ''
    // a keyword that stands in two lines fills the first free one
    const fitting = keywords.flatMap((line, i) => (line.some((spellings) => spellings.includes(key)) ? [i] : []))
    const line = fitting.find((i) => chosen[i] === undefined) ?? fitting[0]
    const first = line === undefined ? undefined : keywords[line]?.find((spellings) => spellings.includes(key))?.[0]
    if (line === undefined || first === undefined)
      fault(`unknown word '${word.toLowerCase()}'${suggestOrList(word, known)}`)
    else if (first.endsWith(':') && value === '') fault(`${first.toLowerCase()} has no value`)
    else chosen[line] = first + value
  }
  return chosen.filter((word) => word !== undefined).join(',')
}
