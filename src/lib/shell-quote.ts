import {CtysError} from '../domain/errors.js'
import {escapeControls} from './escape-controls.js'

/**
 * The one quoting function: a word of the POSIX shell language (XCU 2.2.2, single quotes) that expands to exactly
 * `word`. Nothing else may put data into text that a shell reads. Valid for sh only, never for fish or csh, and so only
 * for what goes to the standard input of a `sh`. Throws INTERNAL for NUL, which no argument can hold.
 */
export function shellQuote(word: string): string {
  if (word.includes('\0')) throw new CtysError('INTERNAL', 'a NUL byte cannot be passed to a command')
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** A whole argument list as words of sh, parted by blanks. */
export function shellQuoteAll(words: readonly string[]): string {
  return words.map(shellQuote).join(' ')
}

/** A call as it is made, for a person to read: options stand as they are. */
export function pastableCall(words: readonly string[]): string {
  return words
    .map((word) =>
      /^-?[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(word) ? word : shellQuote(word.replaceAll('\0', '')),
    )
    .join(' ')
}

/** Stands for a word that nobody can paste. */
const unpastable = '...'

/**
 * A word of a command that is shown for a person to paste: quoted only where a shell would take it apart. What would be an
 * option, quoted or not, or does not stand on the screen as it is becomes `...`.
 */
export function pastable(word: string): string {
  if (!isPastable(word)) return unpastable
  // zsh expands =WORD
  return /^[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+=:,./-]*$/.test(word) ? word : shellQuote(word)
}

/** U+FFFD stands for bytes that are no UTF-8. */
export function isPastable(word: string): boolean {
  return !word.startsWith('-') && !word.includes('\ufffd') && escapeControls(word) === word
}
