/** What may stand in one line of a configuration file. */

const mostChars = 4096

/** Any text of one line; a NUL is no part of any argument. Undefined when nothing is wrong. */
export function textFault(text: string): string | undefined {
  if (/[\0\n]/.test(text)) return 'a line end or NUL cannot stand in a configuration'
  if (text.includes('\u{fffd}')) return 'not UTF-8'
  return text.length > mostChars ? `longer than ${mostChars} characters` : undefined
}

/** A name of QEMU's own, such as a machine type or a device. */
export function wordFault(text: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(text) ? undefined : `'${text}' is no name of QEMU's`
}

/** Without what is undefined. */
export function optional<T extends object>(values: T): {[K in keyof T]?: Exclude<T[K], undefined>} {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as {[K in keyof T]?: Exclude<T[K], undefined>}
}
