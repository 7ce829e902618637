/** YAML from files of hosts, and so hostile: scalars are texts, aliases are refused, nothing expands. Never throws. */
import {FAILSAFE_SCHEMA, load, YAMLException} from 'js-yaml'

export type YamlReading = {readonly value: unknown} | {readonly line: number; readonly reason: string}

export function readYamlText(text: string): YamlReading {
  try {
    return {value: load(text, {schema: FAILSAFE_SCHEMA, maxAliases: 0})}
  } catch (error) {
    if (error instanceof YAMLException) {
      // YAML counts a carriage return as a line too
      const line = error.mark === undefined ? 0 : text.slice(0, error.mark.position).split('\n').length
      return {line, reason: error.reason}
    }
    // nested deeper than the stack
    if (error instanceof RangeError) return {line: 0, reason: 'nested too deeply'}
    throw error
  }
}

/** The value under this path of keys, or of indices; undefined where there is none. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[key]
  }
  return at
}

/** A text, or empty. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = valueAt(value, ...path)
  return typeof found === 'string' ? found : ''
}
