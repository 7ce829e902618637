import {CtysError} from '../domain/errors.js'

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

/** The same for a call: options stand as they are. */
export function pastableCall(words: readonly string[]): string {
  return words.map((word) => (/^-[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : pastable(word))).join(' ')
}

/** A word of a command that is shown for a person to paste: quoted only where a shell would take it apart. */
export function pastable(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) && !word.startsWith('-') ? word : shellQuote(word.replaceAll('\0', ''))
}
