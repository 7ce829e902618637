import {isUtf8} from 'node:buffer'
import {FAILSAFE_SCHEMA, JSON_SCHEMA, load, YAMLException} from 'js-yaml'
import type {FileFault} from '../../src/domain/inventory/inventory-files.js'
import {emptyRecord, type InventoryRecord, recordFields} from '../../src/domain/inventory/inventory-record.js'
import {identityOf} from '../../src/domain/machine/machine-records.js'
import {MiB} from '../../src/lib/regular-file.js'
import {pathOf} from './document.js'
import {isMap, recordsOfYamlMachine} from './machine.js'
import {type Position, positionsOf} from './positions.js'
import {validateLayout} from './validate.js'

/** A hundred thousand machines; beyond that the text file is the right format. */
const mostBytes = 64 * MiB

export interface ParsedYaml {
  readonly format: 'yaml' | 'json'
  /** What could be read, also where there are faults. */
  readonly records: readonly InventoryRecord[]
  /** By line. */
  readonly faults: readonly FileFault[]
}

/**
 * Reads machines as people write them (YAML 1.2, schemas/inventory-file.schema.json), or records as --json prints them
 * (schemas/inventory.schema.json). Never throws; every fault comes back with its place.
 *
 * Every plain value is text just as it stands (the failsafe schema of YAML 1.2, 10.1): a release 5.10 stays 5.10.
 * Aliases are refused, because a few lines of them can stand for more than fits into memory.
 */
export function readYaml(bytes: Buffer, file: string): ParsedYaml {
  if (bytes.length > mostBytes) return broken({file, reason: `has more than ${mostBytes / MiB} MiB`})
  if (!isUtf8(bytes)) return broken({file, reason: 'is not valid UTF-8'})
  const source = bytes.toString('utf8').replace(/^\ufeff/, '')
  const isJson = source.trimStart().startsWith('{') && parsesAsJson(source)
  let value: unknown
  try {
    value = load(source, {schema: isJson ? JSON_SCHEMA : FAILSAFE_SCHEMA, maxAliases: 0})
  } catch (error) {
    return broken(syntaxFault(error, file, source))
  }
  const list = listOf(value, 'records')
  const isRecords = list !== undefined
  const {records, firsts} = isRecords
    ? collect(list, 'records', recordsOfJson)
    : collect(listOf(value, 'machines') ?? [], 'machines', recordsOfYamlMachine)
  const found = [
    ...validateLayout(isRecords ? 'records' : 'file', value).map(({pointer, reason, isValue}) => {
      const record = isValue ? firsts.get(itemOf(pointer)) : undefined
      return {pointer, reason, ...(record !== undefined && {record})}
    }),
    ...(isRecords ? [] : repeated(firsts)),
  ]
  const positions =
    found.length > 0 ? positionsOf(source, new Set(found.map(({pointer}) => pointer))) : new Map<string, Position>()
  const faults = found.map(({pointer, ...rest}): FileFault => {
    const path = pathOf(pointer)
    return {file, ...positions.get(pointer), ...(path !== '' && {path}), ...rest}
  })
  return {format: isJson ? 'json' : 'yaml', records, faults: faults.sort(byPlace)}
}

function broken(fault: FileFault): ParsedYaml {
  return {format: 'yaml', records: [], faults: [fault]}
}

function parsesAsJson(source: string): boolean {
  try {
    JSON.parse(source)
    return true
  } catch {
    return false
  }
}

function syntaxFault(error: unknown, file: string, source: string): FileFault {
  if (source.replace(/^[ \t]*#.*$/gm, '').trim() === '') {
    return {file, reason: 'is empty; an inventory without machines is: machines: []'}
  }
  if (!(error instanceof YAMLException)) return {file, reason: error instanceof Error ? error.message : String(error)}
  const {reason, mark} = error
  return {file, ...(mark && {line: mark.line + 1, column: mark.column + 1}), reason}
}

interface Found {
  readonly records: readonly InventoryRecord[]
  /** The first record of each item, by its JSON pointer. */
  readonly firsts: ReadonlyMap<string, InventoryRecord>
}

/** Undefined where there is no such key; what is no list has no items. */
function listOf(value: unknown, key: string): readonly unknown[] | undefined {
  if (!isMap(value) || !Object.hasOwn(value, key)) return undefined
  const list = value[key]
  return Array.isArray(list) ? list : []
}

function recordsOfJson(item: unknown): readonly InventoryRecord[] {
  const facts = recordFields.flatMap((field) => {
    const fact = isMap(item) && Object.hasOwn(item, field) ? item[field] : undefined
    return typeof fact === 'string' ? [[field, fact]] : []
  })
  return [{...emptyRecord(), ...Object.fromEntries(facts)}]
}

function collect(
  items: readonly unknown[],
  list: string,
  recordsOf: (item: unknown) => readonly InventoryRecord[],
): Found {
  const records: InventoryRecord[] = []
  const firsts = new Map<string, InventoryRecord>()
  for (const [index, item] of items.entries()) {
    const machine = recordsOf(item)
    const [first] = machine
    if (first !== undefined) firsts.set(`/${list}/${index}`, first)
    for (const record of machine) records.push(record)
  }
  return {records, firsts}
}

/** One machine twice would become one with the interfaces of both. */
function repeated(firsts: ReadonlyMap<string, InventoryRecord>): readonly {pointer: string; reason: string}[] {
  const known = new Map<string, string>()
  return [...firsts].flatMap(([pointer, record]) => {
    const identity = identityOf(record)
    const before = known.get(identity)
    if (before === undefined) known.set(identity, pointer)
    return before === undefined ? [] : [{pointer, reason: `is ${pathOf(before)} again: the same host, type and id`}]
  })
}

function itemOf(pointer: string): string {
  return pointer.split('/').slice(0, 3).join('/')
}

function byPlace(one: FileFault, other: FileFault): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0)
}
