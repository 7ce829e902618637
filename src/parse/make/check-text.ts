/** What may stand in one line of a configuration file. */

const mostChars = 4096

/** Any text of one line; a NUL is no part of any argument. */
export function checkText(flag: string, text: string, faults: string[]): void {
  if (/[\0\n]/.test(text)) faults.push(`${flag}: a line end or NUL cannot stand in a configuration`)
  else if (text.includes('\u{fffd}')) faults.push(`${flag}: not UTF-8`)
  else if (text.length > mostChars) faults.push(`${flag}: longer than ${mostChars} characters`)
}

/** A name of QEMU's own, such as a machine type or a device. */
export function checkWord(flag: string, text: string, faults: string[]): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(text)) faults.push(`${flag}: '${text}' is no name of QEMU's`)
}

/** Without what is undefined. */
export function optional<T extends object>(values: T): {[K in keyof T]?: Exclude<T[K], undefined>} {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as {[K in keyof T]?: Exclude<T[K], undefined>}
}
