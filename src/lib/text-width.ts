/**
 * Terminal columns of a text, counted by code point as wcwidth(3) does: wide and full-width characters (Unicode
 * UAX #11) and emoji take two, combining marks and format characters none, everything else one. An emoji joined from
 * several counts as the sum of its parts; terminals that join them use fewer columns, never more. The text must hold
 * no control characters (see escapeControls).
 */
export function textWidth(text: string): number {
  if (isAscii(text)) return text.length
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

/** The text when it fits, otherwise its longest beginning (or end) that fits, with `…` at the cut. */
export function fitText(text: string, width: number, cut: 'start' | 'end' = 'end'): string {
  if (textWidth(text) <= width) return text
  if (width < 1) return ''
  const chars = [...text]
  if (cut === 'start') chars.reverse()
  const kept: string[] = []
  let left = width - 1
  for (const char of chars) {
    left -= charWidth(char)
    if (left < 0) break
    kept.push(char)
  }
  // counted from the end, a mark comes before the character it belongs to and may be left without it
  if (cut === 'start')
    return `…${kept
      .reverse()
      .join('')
      .replace(/^\p{M}+/u, '')}`
  return `${kept.join('')}…`
}

/** Lines of at most that width, broken at blanks, and inside of what is longer than a line; never empty. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (textWidth(joined) <= width) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    while (textWidth(word) > width) {
      // a wide character that fits in no line still takes one
      const head = fitText(`${word} `, width + 1).slice(0, -1) || ([...word][0] ?? '')
      lines.push(head)
      word = word.slice(head.length)
    }
    line = word
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

export function padText(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

function charWidth(char: string): number {
  if (char === variationSelector16) return 1 // asks for the emoji form of a narrow character: two columns in all
  if (zeroWidth.test(char)) return 0
  return wide.test(char) ? 2 : 1
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

const variationSelector16 = '\ufe0f'
// marks, invisible format characters (the soft hyphen is visible), and the vowels and finals of Hangul, which join the
// letter before them
const zeroWidth = /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7ff]|(?=\p{Default_Ignorable_Code_Point})(?!\u00ad)\p{Cf}/u
// the blocks that EastAsianWidth.txt marks W or F, and the emoji shown in colour by default
const wide =
  /[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f2ff}\u{1f300}-\u{1f5ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u
