/**
 * The connecting words both query languages share: AND (or nothing) between terms, OR, NOT, without regard to case. OR
 * binds tighter than AND, so `x and a or b or c and y` is `x and (a or b or c) and y`; NOT holds for the next term only.
 */
import {everything, type Query} from '../query.js'

/** Reads a term; faults are the reader's business, and what it returns then does not matter. */
export type TermReader = (word: string) => Query

interface BooleanOptions {
  readonly term: TermReader
  /** Whether `(` and `)`, as words of their own, make brackets. */
  readonly brackets: boolean
}

export const mostWords = 1000

/** Reads all words; faults are added to `faults`. No words fit every record. */
export function parseBoolean(words: readonly string[], {term, brackets}: BooleanOptions, faults: string[]): Query {
  if (words.length > mostWords) {
    faults.push(`the query has ${words.length} words, more than ${mostWords}`)
    return everything
  }
  let at = 0
  const isWord = (...wanted: readonly string[]): boolean => wanted.includes((words[at] ?? '').toLowerCase())
  const closes = (): boolean => brackets && isWord(')')

  function readAll(depth: number): Query {
    const terms: Query[] = []
    while (at < words.length) {
      if (closes()) {
        if (depth > 0) break
        faults.push("a ')' closes nothing")
        at++
      } else if (isWord('and')) {
        if (terms.length === 0) faults.push(`nothing stands in front of '${words[at]}'`)
        const follows = words[at++] ?? ''
        terms.push(readAny(depth, follows))
      } else terms.push(readAny(depth, ''))
    }
    return terms.length === 1 && terms[0] !== undefined ? terms[0] : {kind: 'and', terms}
  }

  function readAny(depth: number, before: string): Query {
    const terms = [readOne(depth, before)]
    while (isWord('or')) {
      const follows = words[at++] ?? ''
      terms.push(readOne(depth, follows))
    }
    return terms.length === 1 && terms[0] !== undefined ? terms[0] : {kind: 'or', terms}
  }

  function readOne(depth: number, before: string): Query {
    if (at === words.length || closes() || isWord('and', 'or')) {
      faults.push(before === '' ? `nothing stands in front of '${words[at]}'` : `nothing follows '${before}'`)
      return everything
    }
    const word = words[at++] ?? ''
    if (word.toLowerCase() === 'not') return {kind: 'not', term: readOne(depth, word)}
    if (!brackets || word !== '(') return term(word)
    if (closes()) faults.push("nothing stands between '(' and ')'")
    const inner = readAll(depth + 1)
    if (closes()) at++
    else faults.push("a '(' is not closed")
    return inner
  }

  return readAll(0)
}
