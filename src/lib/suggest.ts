/** ` (create?)` for the nearest known word, ` (reset, resume?)` for those it begins, or nothing when none is near. */
export function suggest(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  const meant = near === undefined ? begunBy(word, known) : [near]
  return meant.length === 0 ? '' : ` (${meant.map((one) => one.toLowerCase()).join(', ')}?)`
}

/** More than that are no suggestion. */
const fewWords = 4

/** The known words that a shortened one may stand for. */
function begunBy(word: string, known: readonly string[]): readonly string[] {
  const begun = known.filter((one) => one.toLowerCase().startsWith(word.toLowerCase()))
  return word.length < 2 || begun.length > fewWords ? [] : begun
}

/** The same, or all known words where none is near: for lists that a line has room for. */
export function suggestOrList(word: string, known: readonly string[]): string {
  return suggest(word, known) || ` (${known.map((one) => one.toLowerCase()).join(', ')})`
}

/** The known word that was most likely meant; compared without regard to case. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  return nearestOf(word, known)[0]
}

/** The same with all that are as near. */
export function nearestOf(word: string, known: readonly string[]): readonly string[] {
  let best: readonly string[] = []
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    // where no letter is left of it, anything would be near
    const shares = distance < Math.min(word.length, candidate.length)
    const isNear = distance === 0 || (shares && distance <= Math.max(1, Math.floor(candidate.length / 3)))
    if (!isNear || distance > least) continue
    best = distance < least ? [candidate] : [...best, candidate]
    least = distance
  }
  return best
}

/**
 * Levenshtein distance where two neighbours in the wrong order are one mistake, cut off at 40 characters of input:
 * longer words are never near a keyword.
 */
function editDistance(a: string, b: string): number {
  if (a.length > 40) return a.length
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({length: b.length + 1}, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      next.push(Math.min(substitute, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
