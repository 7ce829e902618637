/**
 * CHECK: one line a fault, `file:line:column: fact: what is wrong`, then a table of what machines share and must not.
 * Either = exit 2; notes are none. Stderr: the counts of each file.
 */

import {exitStatus} from '../../domain/error-codes.js'
import type {InventoryFile} from '../../domain/inventory/inventory-files.js'
import type {Collision} from '../../domain/machine/collision.js'
import type {Report} from '../../domain/work/report.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import type {ReportStyle} from '../shared/style.js'
import {collisionSection, severityOf} from './collision-section.js'
import {countsText, faultBody, faultLine, finishInventoryReport, inventoryCounts} from './inventory-report.js'

export interface CheckReportInput {
  readonly files: readonly InventoryFile[]
  readonly collisions: readonly Collision[]
}

export function buildCheckReport({files, collisions}: CheckReportInput, style: ReportStyle): Report {
  const shared = collisionSection(collisions, style)
  const wrong = collisions.some((collision) => severityOf(collision) === 'collision')
  const faults = files.flatMap((file) => file.faults)
  const counted = files.map(({file, format, records, faults: own}) => ({
    file,
    format,
    ...inventoryCounts(records),
    faults: own.length,
  }))
  return finishInventoryReport(
    {
      command: 'inventory check',
      exitCode: faults.length > 0 || wrong ? exitStatus.usage : exitStatus.ok,
      files: counted,
      faults: faults.map(faultBody),
      collisions: collisions.map((collision) => ({...collision, severity: severityOf(collision)})),
    },
    {
      stdout: faults.map((fault) => `${escapeControls(faultLine(fault))}\n`).join('') + shared.stdout,
      stderr: [
        ...counted.map((one) => `${one.file}: ${countsText(one)}, ${plural(one.faults, 'fault')}`),
        ...shared.stderr,
      ],
    },
    style,
  )
}
