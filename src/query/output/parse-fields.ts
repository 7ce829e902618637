/** The names under which an output list may call the columns of a record. */
import {listFieldKeys} from '../../domain/classic/list.js'
import {classicFieldCount, recordFields} from '../../domain/inventory/inventory-record.js'
import {type Column, livePosition} from '../../domain/inventory/record-output.js'
import {fieldKeys} from '../fields.js'

export interface ColumnNames {
  /** By lower-case key. */
  readonly columns: ReadonlyMap<string, Column>
  /** What a name that is a column elsewhere lacks here, by lower-case key. */
  readonly lacking?: Readonly<Record<string, string>>
  /** Fields of the record that MACHINE writes. */
  readonly count: number
  /** How many of them MAXKEY writes. */
  readonly maxKey: number
  /** The cells of the table that is written when nothing else is asked for; absent: there is none. */
  readonly defaultTable?: string
}

/** Those long enough to be what a misspelt name was meant to be. */
export function longKeys({columns}: ColumnNames): readonly string[] {
  return [...columns.keys()].filter((key) => key.length > 2)
}

const shared: readonly (readonly [string, Column])[] = [
  ['dns', 'dns'],
  ['d', 'dns'],
  ['ctysaddress', 'address'],
  ['ctys', 'address'],
]

/** Records of ENUMERATE and ctys-vhost; the table is the original's TAB_CTYS_VHOST_DEFAULT. */
export const inventoryColumns: ColumnNames = {
  columns: new Map<string, Column>([
    ...Object.entries(fieldKeys).map(([key, field]) => [key, recordFields.indexOf(field) + 1] as const),
    ...shared,
  ]),
  lacking: {
    age: 'stands among fields of ctys find only, without a layout',
    live: 'what runs is asked of the hosts with -r (ctys vhost -r -o label,live)',
  },
  count: classicFieldCount,
  maxKey: 6,
  defaultTable: [
    ...['3_label_10', '2_stype_8', '30_accel_5', '12_distro_12', '13_distrorel_15', '14_os_10', '15_osrel_10'],
    ...['1_PM_15', '33_if_7', '7_TCP_15'],
  ].join('%%'),
}

/** The same where hosts were asked what runs. */
export const liveColumns: ColumnNames = {
  ...inventoryColumns,
  columns: new Map([...inventoryColumns.columns, ['live', livePosition]]),
}

/** Records of LIST. */
export const listColumns: ColumnNames = {
  columns: new Map<string, Column>([
    ...listFieldKeys.flatMap((keys, i) => keys.split(' ').map((key) => [key, i + 1] as const)),
    ...shared,
  ]),
  count: 22,
  maxKey: 7,
}
