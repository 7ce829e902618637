/** How much is shown of a text that is too long to be shown. */
const shown = 80

/** The beginning of the text with its length, `aaaa... (100000 characters)`; a text that is no longer stays. */
export function shorten(text: string): string {
  if (text.length <= shown) return text
  // a pair of surrogates is not parted
  return `${text.slice(0, shown).replace(/[\ud800-\udbff]$/, '')}... (${text.length} characters)`
}

/** Words of a line that nobody reads to their end, shortened; a path or an address stays whole. */
export function shortenWords(line: string): string {
  return line.length <= longestShown
    ? line
    : line.replace(/\S+/g, (word) => (word.length > longestShown ? shorten(word) : word))
}

const longestShown = 300
