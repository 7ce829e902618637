/**
 * The output list of `-o`, and of LIST and ENUMERATE: names of fields and at most one layout, in any order, with
 * TITLE*, SORT, IP or DNS, and TERSE beside them. Fields beside a table change nothing (the table says what it shows),
 * beside REC, SPEC and XML they choose the fields; IP and DNS beside a layout choose the form of the guest's address.
 */

import type {
  Column,
  FieldColumn,
  RecordLayout,
  RecordOutput,
  RecordSort,
  TitleStyle,
} from '../../domain/inventory/record-output.js'
import {type Suboption, splitAction} from '../../lib/split-suboptions.js'
import {suggest} from '../../lib/suggest.js'
import {type ColumnNames, inventoryColumns, longKeys} from './parse-fields.js'
import {parseCells} from './parse-table.js'

type LayoutWord = 'machine' | 'maxkey' | 'table' | 'rec' | 'spec' | 'xml'

const layoutWords: Readonly<Record<string, LayoutWord>> = {
  MACHINE: 'machine',
  MAXKEY: 'maxkey',
  TAB: 'table',
  TAB_GEN: 'table',
  REC: 'rec',
  REC_GEN: 'rec',
  SPEC: 'spec',
  SPEC_GEN: 'spec',
  XML: 'xml',
  XML_GEN: 'xml',
}

const titleWords: Readonly<Record<string, TitleStyle>> = {TITLE: 'name', TITLEIDX: 'index', TITLEIDXASC: 'letters'}
const formWords = ['IP', 'DNS', 'D']
const otherWords = ['SORT', 'REVERSE', 'UNIQUE', 'TERSE']

/** What the words say, before it is put together. */
interface OutputInput {
  readonly layouts: {readonly word: LayoutWord; readonly args: string | undefined}[]
  readonly columns: Column[]
  /** The same without IP and DNS: those say in which form the address of the guest is shown. */
  readonly chosen: Column[]
  title?: TitleStyle
  sort?: {by?: string; reverse: boolean; unique: boolean; each?: true}
  terse: boolean
}

/** Reads the list; faults are added to `faults` and undefined is returned when there are any. */
export function parseOutputList(
  text: string,
  faults: string[],
  names: ColumnNames = inventoryColumns,
): RecordOutput | undefined {
  const before = faults.length
  const fault = (problem: string): void => {
    faults.push(`-o: ${problem}`)
  }
  const words: OutputInput = {layouts: [], columns: [], chosen: [], terse: false}
  for (const suboption of splitAction(`O=${text}`).suboptions) readWord(suboption, words, names, fault)
  if (words.layouts.length > 1) fault(`one layout at a time, not ${words.layouts.map(({word}) => word).join(' and ')}`)
  const layout = faults.length === before ? makeLayout(words, names, fault) : undefined
  if (layout === undefined) return undefined
  const sort = words.sort === undefined ? undefined : makeSort(words.sort, layout, names, fault)
  if (faults.length > before) return undefined
  return {layout, ...(sort !== undefined && {sort})}
}

type Fault = (problem: string) => void

function readWord({key, args}: Suboption, input: OutputInput, names: ColumnNames, fault: Fault): void {
  const layout = Object.hasOwn(layoutWords, key) ? layoutWords[key] : undefined
  const title = Object.hasOwn(titleWords, key) ? titleWords[key] : undefined
  if (layout !== undefined) {
    if (args !== undefined && (layout === 'machine' || layout === 'maxkey')) fault(`${layout} takes no value`)
    input.layouts.push({word: layout, args})
  } else if (key === 'SORT') input.sort = readSort(args ?? '', fault)
  else if (key === 'MACRO') fault(`macro:${args ?? ''} names no macro (macro:NAME, {macro:NAME})`)
  else if (args !== undefined) fault(`${key.toLowerCase()} takes no value`)
  else if (key === 'JSON') fault('json stands alone')
  else if (title !== undefined) input.title = title
  else if (key === 'TERSE') input.terse = true
  else if (key === 'REVERSE' || key === 'UNIQUE') {
    if (input.sort === undefined) fault(`${key.toLowerCase()} stands behind sort only`)
    else input.sort[key === 'REVERSE' ? 'reverse' : 'unique'] = true
  } else {
    const column = names.columns.get(key.toLowerCase())
    const lacking = Object.hasOwn(names.lacking ?? {}, key.toLowerCase()) && names.lacking?.[key.toLowerCase()]
    const known = [...longKeys(names), ...Object.keys(layoutWords), ...Object.keys(titleWords), ...otherWords]
    if (column === undefined && lacking) fault(`${key.toLowerCase()}: ${lacking}`)
    else if (column === undefined) fault(`unknown field or layout '${key.toLowerCase()}'${suggest(key, known)}`)
    else {
      input.columns.push(column)
      if (!formWords.includes(key)) input.chosen.push(column)
    }
  }
}

/** `SORT:[ALL|EACH]%[UNIQUE|U]%[REVERSE|R]%[KEY]`: the records of all hosts together, or of each by itself. */
function readSort(args: string, fault: Fault): NonNullable<OutputInput['sort']> {
  const sort: NonNullable<OutputInput['sort']> = {reverse: false, unique: false}
  for (const word of args.split(/%+/).filter((part) => part !== '')) {
    const upper = word.toUpperCase()
    if (upper === 'UNIQUE' || upper === 'U') sort.unique = true
    else if (upper === 'REVERSE' || upper === 'R') sort.reverse = true
    else if (upper === 'EACH') sort.each = true
    else if (upper === 'ALL') delete sort.each
    else {
      if (sort.by !== undefined) fault(`sort: two keys, '${sort.by}' and '${word}'`)
      sort.by = word
    }
  }
  return sort
}

function makeLayout(input: OutputInput, names: ColumnNames, fault: Fault): RecordLayout | undefined {
  const {columns, chosen, title, terse} = input
  const byName = columns.includes('dns')
  const named = <T extends Column>(list: readonly T[]): readonly (T | 'dns')[] =>
    byName ? list.map((column) => (column === tcp ? 'dns' : column)) : list
  const fields = (list: readonly Column[]): RecordLayout => ({
    kind: 'fields',
    columns: list,
    ...(title !== undefined && {title}),
  })
  const upTo = (count: number): readonly number[] => Array.from({length: count}, (_, i) => i + 1)
  const whole = (): RecordLayout => fields(named(upTo(names.count)))
  const table = (args: string): RecordLayout => {
    const cells = parseCells(args, names, fault)
    const shown = cells.map((cell) => ({...cell, column: byName && cell.column === tcp ? 'dns' : cell.column}))
    return terse ? fields(shown.map(({column}) => column)) : {kind: 'table', cells: shown}
  }

  const [layout] = input.layouts
  if (layout === undefined) {
    if (columns.length > 0) return fields(columns)
    const bare = terse || title !== undefined || names.defaultTable === undefined
    return bare ? whole() : table(names.defaultTable)
  }
  switch (layout.word) {
    case 'machine':
    case 'maxkey':
      if (chosen.length > 0) fault(`${layout.word} takes no fields beside it`)
      return layout.word === 'machine' ? whole() : fields(named(upTo(names.maxKey)))
    case 'table':
      return table(layout.args ?? '')
    default: {
      const asked = layout.args === undefined ? chosen : parseCells(layout.args, names, fault).map(({column}) => column)
      const known = asked.filter((column): column is FieldColumn => column !== 'address')
      if (known.length < asked.length) fault(`ctysaddress is no field of ${layout.word}`)
      return {kind: layout.word, columns: named(known.length > 0 ? known : upTo(names.count))}
    }
  }
}

const tcp = 7

function makeSort(
  {by, ...order}: NonNullable<OutputInput['sort']>,
  layout: RecordLayout,
  names: ColumnNames,
  fault: Fault,
): RecordSort {
  if (by === undefined) return order
  const columns = layout.kind === 'table' ? layout.cells.map(({column}) => column) : layout.columns
  const number = /^[0-9]{1,3}$/.test(by)
  const column = number ? columns[Number(by) - 1] : names.columns.get(by.toLowerCase())
  if (column === undefined) {
    fault(number ? `sort:${by}: there are ${columns.length} columns` : `sort: unknown field '${by}'`)
  }
  return {...order, ...(column !== undefined && {by: column})}
}
