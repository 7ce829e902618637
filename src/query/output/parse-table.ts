/**
 * The cells of TAB_GEN: `<index>_<heading>_<width>[_L|_B]`, joined by `%` or `%%`. A bare index has itself as heading
 * and is ten columns wide; a name of a field is as good as its index. `_L` keeps the end of a value that is too long,
 * `_B` breaks it into lines.
 */

import type {TableCell} from '../../domain/inventory/record-output.js'
import {suggest} from '../../lib/suggest.js'
import {type ColumnNames, longKeys} from './parse-fields.js'

const defaultWidth = 10
const widest = 1000

/** Faults go to `fault`; no cells are a fault too. */
export function parseCells(text: string, names: ColumnNames, fault: (problem: string) => void): readonly TableCell[] {
  const parts = text.split(/%+/).filter((part) => part !== '')
  if (parts.length === 0) fault('no columns are given (INDEX_HEADING_WIDTH%%... or INDEX%%INDEX...)')
  return parts.flatMap((part): readonly TableCell[] => {
    const [index = '', heading = index, width = String(defaultWidth), cut = '', ...rest] = part.split('_')
    const column = /^[0-9]+$/.test(index) ? positionIn(index, names) : names.columns.get(index.toLowerCase())
    const columns = Number(width)
    const overflow = {'': 'end', L: 'start', B: 'wrap'}[cut.toUpperCase()]
    if (column === undefined) fault(`'${part}': there is no field '${index}'${suggest(index, longKeys(names))}`)
    else if (!/^[0-9]{1,4}$/.test(width) || columns < 1 || columns > widest) fault(`'${part}': '${width}' is no width`)
    else if (overflow === undefined || rest.length > 0) fault(`'${part}': behind the width only _L or _B may stand`)
    else return [{column, heading, width: columns, overflow: overflow as TableCell['overflow']}]
    return []
  })
}

function positionIn(index: string, {columns}: ColumnNames): number | undefined {
  const position = Number(index)
  return [...columns.values()].includes(position) ? position : undefined
}
