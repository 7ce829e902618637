import {isUtf8} from 'node:buffer'
import {FAILSAFE_SCHEMA, JSON_SCHEMA, load, YAMLException} from 'js-yaml'
import type {FileFault} from '../../src/domain/inventory/inventory-files.js'
import type {FileDocument, NodeFault} from '../../src/domain/ports/documents.js'
import {MiB} from '../../src/lib/regular-file.js'
import {type Position, positionsOf} from './positions.js'
import {type Layout, validateLayout} from './validate.js'

const mostBytes = 16 * MiB

/**
 * A file that people write (YAML 1.2, or JSON), with what does not fit its schema. Never throws. Every plain value is text
 * just as it stands (the failsafe schema of YAML 1.2, 10.1). Aliases are refused: a few lines of them can stand for more
 * than fits into memory.
 */
export function readDocument(bytes: Buffer, file: string, layout: Layout): FileDocument {
  const broken = (fault: Omit<FileFault, 'file'>): FileDocument => ({
    value: undefined,
    faults: [{file, ...fault}],
    locate: () => [],
  })
  if (bytes.length > mostBytes) return broken({reason: `has more than ${mostBytes / MiB} MiB`})
  if (!isUtf8(bytes)) return broken({reason: 'is not valid UTF-8'})
  const source = bytes.toString('utf8').replace(/^\ufeff/, '')
  if (source.replace(/#.*|^---/gm, '').trim() === '') return broken({reason: 'is empty'})
  let value: unknown
  try {
    const schema = parsesAsJson(source) ? JSON_SCHEMA : FAILSAFE_SCHEMA
    value = load(source, {schema, maxAliases: 0})
  } catch (error) {
    if (!(error instanceof YAMLException))
      return broken({reason: error instanceof Error ? error.message : String(error)})
    const {reason, mark} = error
    return broken({...(mark && {line: mark.line + 1, column: mark.column + 1}), reason})
  }
  const locate = (faults: readonly NodeFault[]) => locateFaults(source, file, faults)
  return {value, faults: locate(validateLayout(layout, value)), locate}
}

function parsesAsJson(source: string): boolean {
  if (!source.trimStart().startsWith('{')) return false
  try {
    JSON.parse(source)
    return true
  } catch {
    return false
  }
}

/** With their places, in the order of the file. */
function locateFaults(source: string, file: string, faults: readonly NodeFault[]): readonly FileFault[] {
  if (faults.length === 0) return []
  const positions = positionsOf(source, new Set(faults.map(({pointer}) => pointer)))
  const placed = faults.map(({pointer, reason}) => ({pointer, reason, at: positions.get(pointer)}))
  return placed
    .sort((one, other) => byPlace(one.at, other.at))
    .map(({pointer, reason, at}) => ({file, ...at, ...(pointer !== '' && {path: pathOf(pointer)}), reason}))
}

function byPlace(one: Position | undefined, other: Position | undefined): number {
  return (one?.line ?? 0) - (other?.line ?? 0) || (one?.column ?? 0) - (other?.column ?? 0)
}

/** `/machines/3/mac` as people write it: `machines[3].mac`. */
export function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '')
}
