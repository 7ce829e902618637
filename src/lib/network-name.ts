/** A network of a host: letters, digits, _ and -, 32 at most; it becomes a part of file names. */
export function isNetworkName(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_-]{0,31}$/.test(text)
}
