/**
 * EDIT, MERGE and FORGET: what became of the inventory, one line a machine. Stderr: machines the two sides have different facts
 * about, lines that could not be read, the totals. An edit that was not taken wholly ends as partly done, and so does a
 * merge of a file that could not be read wholly.
 */

import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {Change} from '../../domain/inventory/changes.js'
import type {UpdateResult} from '../../domain/results/inventory.js'
import {faultLine} from '../../lib/fault-line.js'
import {plural} from '../../lib/plural.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {Column} from '../shared/table.js'
import type {View} from '../shared/view.js'
import {faultBody, toolsVersion, type UpdateBody} from './inventory-body.js'

export const updateView: View<UpdateResult, UpdateBody> = {
  schemaVersion: toolsVersion,
  exit: exitCodeOfUpdate,
  body: ({by, location, dryRun = false, changes, conflicts, faults = [], kept}) => ({
    command: by === 'forget' ? by : `inventory ${by}`,
    inventory: location,
    dryRun,
    changes,
    conflicts,
    faults: faults.map(faultBody),
    ...(kept !== undefined && {kept}),
  }),
  text: ({changes}, {width}) => rowsTable(columns, rowsOf(changes), width),
  terse: ({changes}) => rowsTerse(rowsOf(changes)),
  notes: ({by, location, dryRun = false, changes, conflicts, faults = [], kept}) => [
    ...conflicts.map(
      ({record: {host, label, id}, reason}) => `${[host, label, id].filter(Boolean).join(' ')}: ${reason}`,
    ),
    ...faults.map(faultLine),
    `inventory ${location}: ${by === 'forget' ? forgotten(changes) : totals(changes)}${dryRun ? ' (nothing was written)' : ''}`,
    ...(kept === undefined ? [] : [`  what was edited is kept in ${kept}`]),
  ],
  acted: ({dryRun = false}) => !dryRun,
}

function rowsOf(changes: readonly Change[]): readonly (readonly string[])[] {
  return changes.map(({what, record: {host, type, label, id}}) => [what, label, host, type, id])
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

function forgotten(changes: readonly Change[]): string {
  return `${plural(changes.length, 'machine')} forgotten, no host was touched`
}

function exitCodeOfUpdate({by, changes, conflicts, faults = []}: UpdateResult): ExitStatus {
  const left = by === 'merge' ? faults.length : conflicts.length
  if (left === 0) return exitStatus.ok
  return changes.length > 0 || by === 'merge' ? exitStatus.partial : exitStatus.nothingSucceeded
}
