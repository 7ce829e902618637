/** The words of LIST, ENUMERATE and INFO about layout. */

import type {ClassicDisplay} from '../../domain/inventory/record-output.js'
import type {Suboption} from '../../lib/split-suboptions.js'
import {parseOutputList} from '../../query/output/parse.js'
import {type ColumnNames, inventoryColumns, listColumns} from '../../query/output/parse-fields.js'

/**
 * Without a word the table with labels and addresses (`tab_tcp,both`). As the original printed them: a table that is
 * named has addresses with `both` only, `terse` alone and `id` beside `tab_tcp` put paths in the place of labels.
 */
export function parseListDisplay(suboptions: readonly Suboption[], faults: string[]): ClassicDisplay {
  const isGiven = (...keys: readonly string[]) => suboptions.some(({key}) => keys.includes(key))
  const rest = suboptions.filter(({key}) => !['BOTH', 'B', 'SERVER', 'S'].includes(key))
  const others = rest.filter(({key}) => !['TAB_TCP', 'TERSE'].includes(key))
  if (isGiven('TAB_TCP') || others.length === 0) {
    const unknown = others.filter(({key}) => !['ID', 'IP'].includes(key))
    faults.push(...unknown.map(({key}) => `list: tab_tcp takes id, ip, both and server, not '${key.toLowerCase()}'`))
    const table = {ids: isGiven('TERSE', 'ID'), addresses: rest.length === 0 || isGiven('BOTH', 'B')}
    return {terse: false, table}
  }
  return parseRecords('list', rest, faults, listColumns)
}

export function parseEnumerateDisplay(suboptions: readonly Suboption[], faults: string[]): ClassicDisplay {
  const rest = suboptions.filter(({key}) => !['TAB_TCP', 'BOTH', 'B', 'SERVER', 'S'].includes(key))
  return rest.length === 0 ? {terse: false} : parseRecords('enumerate', rest, faults, inventoryColumns)
}

export function parseInfoDisplay(suboptions: readonly Suboption[], faults: string[]): ClassicDisplay {
  const unknown = suboptions.filter(({key}) => !['MACHINE', 'TERSE'].includes(key))
  faults.push(...unknown.map(({key}) => `info: unknown or not yet supported suboption '${key.toLowerCase()}'`))
  return {terse: suboptions.length > 0}
}

function parseRecords(
  verb: string,
  suboptions: readonly Suboption[],
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
