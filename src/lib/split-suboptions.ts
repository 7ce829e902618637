/** One suboption: `KEY[:ARGS]`, the key in upper case. */
export interface Suboption {
  /** As it was typed. */
  readonly text: string
  readonly key: string
  /** Undefined when there is no colon; may be empty. */
  readonly args?: string
}

/**
 * Splits `create=l:web01,reuse` at the first `=` and its suboptions at `,`; a key ends at its first `:`. Keywords are
 * case-insensitive, values are kept as they are.
 */
export function splitAction(text: string): {readonly verb: string; readonly suboptions: readonly Suboption[]} {
  const equals = text.indexOf('=')
  const verb = (equals < 0 ? text : text.slice(0, equals)).trim().toUpperCase()
  const rest = equals < 0 ? '' : text.slice(equals + 1)
  const suboptions = rest
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(splitSuboption)
  return {verb, suboptions}
}

function splitSuboption(text: string): Suboption {
  const colon = text.indexOf(':')
  if (colon < 0) return {text, key: text.toUpperCase()}
  return {text, key: text.slice(0, colon).toUpperCase(), args: text.slice(colon + 1)}
}

/** Splits argument values at `%`; `%%` is a literal percent sign. */
export function splitPercent(args: string): readonly string[] {
  return args
    .replaceAll('%%', '\0')
    .split('%')
    .map((value) => value.replaceAll('\0', '%'))
}
