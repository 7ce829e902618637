/**
 * CHECK: one line a fault, `file:line:column: fact: what is wrong`, then a table of what machines share and must not.
 * Either = exit 2; notes are none. Stderr: the counts of each file.
 */

import {exitStatus} from '../../domain/error-codes.js'
import type {InventoryFile} from '../../domain/inventory/inventory-files.js'
import {inventoryCounts} from '../../domain/machine/inventory-counts.js'
import type {CheckResult} from '../../domain/results/inventory.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {faultLine} from '../../lib/fault-line.js'
import {plural} from '../../lib/plural.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {View} from '../shared/view.js'
import {collisionColumns, collisionNotes, collisionRows, severityOf} from './collision-section.js'
import {type CheckBody, countsText, faultBody, toolsVersion} from './inventory-body.js'

export const checkView: View<CheckResult, CheckBody> = {
  schemaVersion: toolsVersion,
  exit({files, collisions}) {
    const isFaulty = files.some(({faults}) => faults.length > 0)
    const isShared = collisions.some((collision) => severityOf(collision) === 'collision')
    return isFaulty || isShared ? exitStatus.usage : exitStatus.ok
  },
  body: ({files, collisions}) => ({
    command: 'inventory check',
    files: files.map(counted),
    faults: files.flatMap((file) => file.faults).map(faultBody),
    collisions: collisions.map((collision) => ({...collision, severity: severityOf(collision)})),
  }),
  text: (result, {width}) =>
    `${faultLines(result)}${rowsTable(collisionColumns, collisionRows(result.collisions), width)}`,
  terse: (result) => `${faultLines(result)}${rowsTerse(collisionRows(result.collisions))}`,
  notes: ({files, collisions}) => [
    ...files.map(counted).map((one) => `${one.file}: ${countsText(one)}, ${plural(one.faults, 'fault')}`),
    ...collisionNotes(collisions),
  ],
}

function faultLines({files}: CheckResult): string {
  return files.flatMap((file) => file.faults.map((fault) => `${escapeControls(faultLine(fault))}\n`)).join('')
}

function counted({file, format, records, faults}: InventoryFile) {
  return {file, format, ...inventoryCounts(records), faults: faults.length}
}
