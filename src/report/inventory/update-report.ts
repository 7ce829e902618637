/**
 * EDIT and MERGE: what became of the inventory, one line a machine. Stderr: machines the two sides have different facts
 * about, lines that could not be read, the totals. An edit that was not taken wholly ends as partly done, and so does a
 * merge of a file that could not be read wholly.
 */

import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {FileFault, InventoryUpdate} from '../../domain/inventory/inventory-files.js'
import type {Change} from '../../domain/ports/ports.js'
import type {Report} from '../../domain/work/report.js'
import {answerRows} from '../shared/answer-rows.js'
import type {ReportStyle} from '../shared/style.js'
import type {Column} from '../shared/table.js'
import {faultBody, faultLine, finishInventoryReport} from './inventory-report.js'

interface UpdateReportInput extends InventoryUpdate {
  readonly command: 'inventory edit' | 'inventory merge'
  readonly location: string
  readonly faults?: readonly FileFault[]
  readonly dryRun?: boolean
  /** Where the edited text still lies, because not all of it was taken. */
  readonly kept?: string
}

export function buildUpdateReport(input: UpdateReportInput, style: ReportStyle): Report {
  const {command, location, changes, conflicts, faults = [], dryRun = false, kept} = input
  const rows = changes.map(({what, record: {host, type, label, id}}) => [what, label, host, type, id])
  return finishInventoryReport(
    {
      command,
      exitCode: exitCodeOfUpdate(input),
      inventory: location,
      dryRun,
      changes,
      conflicts,
      faults: faults.map(faultBody),
      ...(kept !== undefined && {kept}),
    },
    {
      stdout: answerRows(columns, rows, style),
      stderr: [
        ...conflicts.map(
          ({record: {host, label, id}, reason}) => `${[host, label, id].filter(Boolean).join(' ')}: ${reason}`,
        ),
        ...faults.map(faultLine),
        `inventory ${location}: ${totals(changes)}${dryRun ? ' (nothing was written)' : ''}`,
        ...(kept === undefined ? [] : [`  what was edited is kept in ${kept}`]),
      ],
    },
    style,
  )
}

const columns: readonly Column[] = [
  {title: 'CHANGE', keep: true},
  {title: 'LABEL', identity: true},
  {title: 'HOST', identity: true},
  {title: 'TYPE'},
  {title: 'PATH', cut: 'start', identity: true},
]

function totals(changes: readonly Change[]): string {
  const count = (wanted: Change['what']) => changes.filter(({what}) => what === wanted).length
  return `${count('added')} added, ${count('changed')} changed, ${count('gone')} gone`
}

function exitCodeOfUpdate({command, changes, conflicts, faults = []}: UpdateReportInput): ExitStatus {
  const left = command === 'inventory edit' ? conflicts.length : faults.length
  if (left === 0) return exitStatus.ok
  return changes.length > 0 || command === 'inventory merge' ? exitStatus.partial : exitStatus.nothingSucceeded
}
