/** The words of LIST, ENUMERATE and INFO about layout, by their first names. */
import type {ClassicDisplay} from '../../domain/inventory/record-output.js'
import {parseOutputList} from '../../query/output/parse.js'
import {type ColumnNames, inventoryColumns, listColumns} from '../../query/output/parse-fields.js'
import type {KeyAndArgs} from '../machine/parse-address.js'

/**
 * Without a word the table with labels and addresses (`tab_tcp,both`). As the original printed them: a table that is
 * named has addresses with `both` only, `terse` alone and `id` beside `tab_tcp` put paths in the place of labels.
 */
export function parseListDisplay(suboptions: readonly KeyAndArgs[], faults: string[]): ClassicDisplay {
  const isGiven = (...keys: readonly string[]) => suboptions.some(({key}) => keys.includes(key))
  const rest = suboptions.filter(({key}) => !['BOTH', 'SERVER'].includes(key))
  const others = rest.filter(({key}) => !['TAB_TCP', 'TERSE'].includes(key))
  if (isGiven('TAB_TCP') || others.length === 0) {
    const unknown = others.filter(({key}) => !['ID', 'IP'].includes(key))
    faults.push(...unknown.map(({key}) => `list: tab_tcp takes id, ip, both and server, not '${key.toLowerCase()}'`))
    const table = {ids: isGiven('TERSE', 'ID'), addresses: rest.length === 0 || isGiven('BOTH')}
    return {terse: false, table}
  }
  return parseRecords('list', rest, faults, listColumns)
}

export function parseEnumerateDisplay(suboptions: readonly KeyAndArgs[], faults: string[]): ClassicDisplay {
  return suboptions.length === 0 ? {terse: false} : parseRecords('enumerate', suboptions, faults, inventoryColumns)
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
