/**
 * Words of a text that no shell has parted, as a shell would: blanks part them, but for those in quotes or behind a
 * backslash. A quote without its other half, and a backslash in front of anything else, are as they stand.
 */
export function splitWords(text: string): readonly string[] {
  return (text.match(wordPattern) ?? []).map((word) =>
    word.replace(piecePattern, (_, escaped = '', single = '', double = '') =>
      [escaped, single, double.replace(/\\(["\\])/g, '$1')].join(''),
    ),
  )
}

const piece = String.raw`\\([\s'"\\])|'([^']*)'|"((?:\\["\\]|[^"\\]|\\(?!["\\]))*)"`
const piecePattern = new RegExp(piece, 'gs')
const wordPattern = new RegExp(`(?:${piece}|\\S)+`, 'gs')

/** The other way: one word that splitWords gives back. */
export function quoteWord(word: string): string {
  return word === '' ? "''" : word.replace(/[\s'"\\]/g, String.raw`\$&`)
}
