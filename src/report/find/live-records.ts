/**
 * Records of ctys-vhost with what their hosts say: -R MARK puts `R` (it answers), `-` (it does not) or `?` (it could not
 * be asked) in front of each line, -r a column `state` behind tables. Other layouts show it where
 * they name the column `live`.
 */

import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {classicFieldCount, recordFields} from '../../domain/inventory/inventory-record.js'
import {
  livePosition,
  type RecordLayout,
  type RecordOutput,
  reachPosition,
} from '../../domain/inventory/record-output.js'
import type {RecordState} from '../../domain/machine/record-state.js'
import type {LiveColumns} from '../../domain/results/find.js'
import type {ReachVerdict} from '../../domain/work/reach.js'
import {inventoryHeadings} from './record-headings.js'
import {recordRow, renderRows} from './record-output.js'

const headings = {
  ...inventoryHeadings,
  names: [...recordFields.map((_, i) => inventoryHeadings.names[i] ?? ''), 'Reach', 'State'],
}

export function renderLive(
  records: readonly InventoryRecord[],
  {marks, states}: LiveColumns,
  output: RecordOutput,
): string {
  const rows = records.map((record, index) => {
    const mark = marks?.[index]
    const state = states?.[index]
    return [
      ...recordRow(withRelease(record, state)),
      mark === undefined ? '' : markOf[mark],
      state === undefined ? '' : stateWord(state),
    ]
  })
  const layout = addColumns(output.layout, {marked: marks !== undefined, withState: states !== undefined})
  return renderRows({...output, layout}, rows, headings)
}

/** The 47 classic fields, as -X has them. */
export const terseOutput: RecordOutput = {
  layout: {kind: 'fields', columns: Array.from({length: classicFieldCount}, (_, i) => i + 1)},
}

const markOf: Readonly<Record<ReachVerdict, string>> = {answers: 'R', silent: '-', unknown: '?'}

/** What runs puts its release into the field that is there for it. */
function withRelease(record: InventoryRecord, state: RecordState | undefined): InventoryRecord {
  const version = state?.status === 'running' ? (state.machine?.version ?? '') : ''
  return version === '' ? record : {...record, hyperRelRun: version}
}

function stateWord(state: RecordState): string {
  switch (state.status) {
    case 'running':
      return state.machine?.state ?? 'running'
    case 'notRunning':
      return 'off'
    case 'suspended':
      return 'suspended'
    case 'unknown':
      return 'unknown'
    case 'notAsked':
      return ''
  }
}

function addColumns(
  layout: RecordLayout,
  {marked, withState}: {readonly marked: boolean; readonly withState: boolean},
): RecordLayout {
  switch (layout.kind) {
    case 'fields':
      return marked ? {...layout, columns: [reachPosition, ...layout.columns]} : layout
    case 'table': {
      const hasState = layout.cells.some(({column}) => column === livePosition)
      return {
        ...layout,
        cells: [
          ...(marked ? [{column: reachPosition, heading: 'R', width: 1, overflow: 'end' as const}] : []),
          ...layout.cells,
          ...(withState && !hasState
            ? [{column: livePosition, heading: 'state', width: 10, overflow: 'end' as const}]
            : []),
        ],
      }
    }
    default:
      return layout
  }
}
