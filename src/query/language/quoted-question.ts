/** Questions that were quoted as a whole: `'web01 or db02'` is one word, which is searched as it stands. */
import {pastable} from '../../lib/shell-quote.js'

/** The words one by one, for a shell, or undefined when no word looks like several joined by the language. */
export function unquotedQuestion(words: readonly string[]): string | undefined {
  const isQuoted = (word: string) => {
    const parts = word.trim().split(/\s+/)
    return (
      parts.length > 1 &&
      (parts.some((part) => /^(?:and|or|not|[()])$|^\(/i.test(part)) || parts.slice(1).some((part) => isTerm(part)))
    )
  }
  if (!words.some(isQuoted)) return undefined
  return words
    .flatMap((word) => (isQuoted(word) ? word.trim().split(/\s+/).flatMap(withoutBrackets) : [word]))
    .map(pastable)
    .join(' ')
}

function isTerm(part: string): boolean {
  return /^[a-z][a-z0-9]*(?:!=|!~|[=~<>])./i.test(part)
}

/** Brackets are words of their own; those of a regular expression, which open and close in it, stay. */
function withoutBrackets(part: string): readonly string[] {
  const [, opening = '', rest = '', closing = ''] = /^(\(*)(.*?)(\)*)$/s.exec(part) ?? []
  const inner = rest.includes('(') ? [rest + closing] : [rest, ...closing]
  return [...opening, ...inner].filter((word) => word !== '')
}
