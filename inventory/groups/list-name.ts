/**
 * What a group or macro file may be called: parts of letters, digits and `_ . + -` with `/` between them, none of which
 * begins with a dot or a dash. So no name leads out of the directory, to a hidden file, or looks like an option.
 */
export function isListName(name: string): boolean {
  return name.length <= 255 && /^[A-Za-z0-9_][A-Za-z0-9_.+-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*$/.test(name)
}
