/**
 * QEMU's option syntax as qemu-options.hx and util/keyval.c define it: `-opt value` and `--opt value`, values as
 * `first,key=value,flag` where a doubled comma is a comma, or a JSON object. A word that is neither an option nor the
 * value of one is a disk image.
 */
import {flags, valued} from './option-table.js'

export type OptionValues = ReadonlyMap<string, string>

export interface QemuOption {
  /** Without dashes; empty for a disk image given as a bare word. */
  readonly name: string
  readonly value: string
}

/** The options of an argv without its first word, in order. */
export function splitOptions(argv: readonly string[]): readonly QemuOption[] {
  const options: QemuOption[] = []
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (!word.startsWith('-')) {
      options.push({name: '', value: word})
      continue
    }
    const name = word.replace(/^--?/, '')
    const next = argv[i + 1] ?? ''
    // of a name nobody has heard of the next word is the value, unless it is an option itself
    const alone = flags.has(name) || (!valued.has(name) && next.startsWith('-'))
    options.push({name, value: alone ? '' : next})
    if (!alone) i++
  }
  return options
}

/**
 * `implied` is the key of a first part without `=` before its first comma; any other part without `=` means `on`. Later
 * keys win.
 */
export function parseValues(text: string, implied = ''): OptionValues {
  if (text.startsWith('{')) return parseJson(text)
  const values = new Map<string, string>()
  // no word of an argv holds NUL, so it can stand for a doubled comma
  const parts = text.replaceAll(',,', '\0').split(',')
  for (const [index, part] of parts.entries()) {
    const plain = part.replaceAll('\0', ',')
    const equals = plain.indexOf('=')
    const isKey = equals >= 0 && (index > 0 || !part.slice(0, equals).includes('\0'))
    if (isKey) values.set(plain.slice(0, equals), plain.slice(equals + 1))
    else if (index === 0) values.set(implied, plain)
    else values.set(plain, 'on')
  }
  return values
}

/** As QEMU reads a switch (qapi_bool_parse): all of these since 6.0, `on` alone before. */
export function isOn(values: OptionValues, key: string): boolean {
  return ['on', 'yes', 'true', 'y'].includes(values.get(key) ?? '')
}

/** Nested objects become `file.filename`, as QEMU itself flattens them. Text that is no JSON has no values. */
function parseJson(text: string): OptionValues {
  const values = new Map<string, string>()
  const flatten = (value: unknown, prefix: string): void => {
    for (const [key, inner] of Object.entries(value ?? {})) {
      if (typeof inner === 'object') flatten(inner, `${prefix}${key}.`)
      else values.set(`${prefix}${key}`, inner === true ? 'on' : inner === false ? 'off' : String(inner))
    }
  }
  try {
    flatten(JSON.parse(text), '')
  } catch {
    return new Map()
  }
  return values
}
