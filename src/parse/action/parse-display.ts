/** The words of LIST, ENUMERATE and INFO about layout, by their first names. */
import {listFieldKeys} from '../../domain/classic/list.js'
import type {ClassicDisplay, TabTcp} from '../../domain/inventory/record-output.js'
import {parseOutputList} from '../../query/output/parse.js'
import {type ColumnNames, inventoryColumns, listColumns} from '../../query/output/parse-fields.js'
import type {KeyAndArgs} from '../machine/parse-address.js'

/**
 * Without a word the table with labels and addresses (`tab_tcp,both`). As the original printed them: a table that is
 * named has addresses with `both` only, `terse` alone and `id` beside `tab_tcp` put paths in the place of labels.
 */
export function parseListDisplay(suboptions: readonly KeyAndArgs[], faults: string[]): ClassicDisplay {
  const isGiven = (...keys: readonly string[]) => suboptions.some(({key}) => keys.includes(key))
  const rest = withLastLayout(suboptions)
    .filter(({key}) => !['BOTH', 'SERVER'].includes(key))
    .map((word) => (idKeys.includes(word.key) && isGiven('TAB_TCP') ? {...word, key: 'ID'} : word))
  const others = rest.filter(({key}) => !['TAB_TCP', 'TERSE'].includes(key))
  if (rest.some(({key}) => key === 'TAB_TCP') || others.length === 0) {
    const unknown = others.filter(({key}) => !['ID', 'LABEL', 'L', 'IP', 'SORT'].includes(key))
    const takes = 'tab_tcp takes id, ip, both, server and sort'
    faults.push(...unknown.map(({key}) => `list: ${takes}, not '${key.toLowerCase()}'`))
    const widths = widthsOf(rest.find(({key}) => key === 'TAB_TCP')?.args, faults)
    const sort = tableSort(
      others.find(({key}) => key === 'SORT')?.args,
      faults,
      others.some(({key}) => key === 'SORT'),
    )
    const table = {
      ids: rest.some(({key}) => key === 'TERSE' || key === 'ID'),
      addresses: rest.length === 0 || isGiven('BOTH'),
      ...(widths !== undefined && {widths}),
      ...(sort !== undefined && {sort}),
    }
    return {terse: false, table}
  }
  return parseRecords('list', rest, faults, listColumns)
}

/** All names of the field that stands beside `tab_tcp` in the place of the label. */
const idKeys =
  listFieldKeys
    .find((keys) => keys.split(' ').includes('id'))
    ?.toUpperCase()
    .split(' ') ?? []

const layouts = ['TAB_TCP', 'MACHINE', 'MAXKEY', 'TAB_GEN', 'REC_GEN', 'SPEC_GEN', 'XML_GEN']

/** Of several layouts the last counts, as of an option that is given twice. */
function withLastLayout(suboptions: readonly KeyAndArgs[]): readonly KeyAndArgs[] {
  const last = suboptions.findLast(({key}) => layouts.includes(key))
  return suboptions.filter((word) => word === last || !layouts.includes(word.key))
}

const widest = 1000
/** As the original counted them: container, guest, label, type, c, user, group. */
const widthCount = 7

/** `7%%6`: by position, `%` between them, an empty one is as ever. */
function widthsOf(text: string | undefined, faults: string[]): readonly number[] | undefined {
  if (text === undefined) return undefined
  const parts = text.replace(/%+$/, '').split('%')
  if (parts.length > widthCount) faults.push(`list: tab_tcp:${text}: ${parts.length} widths, there are ${widthCount}`)
  const widths = parts.map(Number)
  for (const [i, width] of widths.entries()) {
    const part = parts[i] ?? ''
    if (part !== '' && !(/^[0-9]{1,4}$/.test(part) && width >= 1 && width <= widest))
      faults.push(`list: tab_tcp:${text}: '${part}' is no width (1-${widest})`)
  }
  return widths
}

/** The fields of the LIST record that the table shows, in its order. */
const tableFields = [1, 7, 16, 3, 2, 21, 14, 12, 13]

function tableSort(text: string | undefined, faults: string[], isGiven: boolean): TabTcp['sort'] {
  if (!isGiven) return undefined
  const found: string[] = []
  const sorted = `TAB:${tableFields.join('%%')},SORT${text === undefined ? '' : `:${text}`}`
  const sort = parseOutputList(sorted, found, listColumns)?.sort
  faults.push(...found.map((fault) => fault.replace(/^-o/, 'list')))
  if (sort === undefined) return undefined
  const {by, ...rest} = sort
  const column = by === undefined ? -1 : tableFields.indexOf(by === 4 ? 3 : Number(by))
  return {...rest, ...(column >= 0 && {by: column + 1})}
}

export function parseEnumerateDisplay(suboptions: readonly KeyAndArgs[], faults: string[]): ClassicDisplay {
  const words = withLastLayout(suboptions)
  return words.length === 0 ? {terse: false} : parseRecords('enumerate', words, faults, inventoryColumns)
}

export function parseInfoDisplay(suboptions: readonly KeyAndArgs[]): ClassicDisplay {
  return {terse: suboptions.length > 0}
}

function parseRecords(
  verb: string,
  suboptions: readonly KeyAndArgs[],
  faults: string[],
  names: ColumnNames,
): ClassicDisplay {
  if (suboptions.every(({key, args}) => (key === 'MACHINE' || key === 'TERSE') && args === undefined)) {
    return {terse: true}
  }
  const found: string[] = []
  const text = suboptions.map(({key, args}) => (args === undefined ? key : `${key}:${args}`)).join(',')
  const output = parseOutputList(text, found, names)
  faults.push(...found.map((fault) => fault.replace(/^-o/, verb)))
  return output === undefined ? {terse: false} : {terse: false, output}
}
