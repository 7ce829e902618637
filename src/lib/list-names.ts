/** `a, b, c`, or of more than `most` names the first and `... and 2,990 more`: a line that nobody reads to its end. */
export function listNames(names: readonly string[], most = 10, joint = ', '): string {
  // one more name is no longer than to say so
  if (names.length <= most + 1) return names.join(joint)
  return `${names.slice(0, most).join(joint)} ... and ${(names.length - most).toLocaleString('en')} more`
}
