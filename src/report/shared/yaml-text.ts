/**
 * A result as YAML 1.2. Every string that could be read as anything else, and every one that a terminal would obey, is
 * written in double quotes as JSON has it, which YAML reads as the same string. The packages that write YAML leave what
 * turns the direction of text as it is, so it is not written by one; test/unit/report reads it back by js-yaml.
 */
import {jsonText} from './json-text.js'

/** Complete with line end. What is undefined is left out. */
export function yamlText(value: unknown): string {
  return `${linesOf(value).join('\n')}\n`
}

/** Without indentation; one line for what has its place behind a key. */
function linesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.length === 0 ? ['[]'] : value.flatMap(itemLines)
  if (typeof value !== 'object' || value === null) return [scalarText(value)]
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return entries.length === 0 ? ['{}'] : entries.flatMap(([key, inner]) => fieldLines(scalarText(key), inner))
}

function itemLines(value: unknown): readonly string[] {
  return linesOf(value).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`)
}

function fieldLines(key: string, value: unknown): readonly string[] {
  const lines = linesOf(value)
  return isFlat(value) ? [`${key}: ${lines[0]}`] : [`${key}:`, ...lines.map((line) => `  ${line}`)]
}

function isFlat(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0
}

function scalarText(value: unknown): string {
  if (typeof value !== 'string') return value === undefined ? 'null' : jsonText(value)
  return plain.test(value) && !special.test(value) ? value : jsonText(value)
}

/** Words and paths, nothing that could be a number, a date or a mark of YAML. */
const plain = /^[A-Za-z/][\w./@+-]*(?: [\w./@+(][\w./@+(),-]*)*$/

/** What some reader of YAML takes for something else. */
const special = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i
