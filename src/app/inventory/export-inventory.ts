import {UsageError} from '../../domain/errors.js'
import {type ExportFormat, exportFormats, type InventoryFiles} from '../../domain/inventory/inventory-files.js'
import type {ExportResult} from '../../domain/results/inventory.js'
import {suggest} from '../../lib/suggest.js'
import {parseFindQuery} from '../../query/language/find.js'
import {evaluateQuery} from '../../query/query.js'

export {exportFormats}

export interface ExportInput {
  readonly format: string
  /** In the language of `ctys find`; none = everything. */
  readonly words: readonly string[]
  /** Absent = stdout. */
  readonly output?: string
}

/** `ctys inventory export`: the inventory as a file of another program. Nothing to export: nothing is written. */
export async function exportInventory(
  {format: asked, words, output}: ExportInput,
  files: InventoryFiles,
  {now, signal}: {readonly now: Date; readonly signal: AbortSignal},
): Promise<ExportResult> {
  const faults: string[] = []
  const format = readFormat(asked, faults)
  const query = parseFindQuery(words, faults)
  if (/(?:^|\/)(?:enum|macmap)\.fdb$/.test(output ?? '')) {
    faults.push(`-o: ${output} is a file of an inventory, which nothing of this could be read from`)
  }
  if (format === undefined || query === undefined || faults.length > 0) {
    throw new UsageError(faults, `the formats are ${exportFormats.join(', ')}; the words: ctys find --help`)
  }
  const source = await files.readAll()
  const records = evaluateQuery(query, source.records, {now})
  const exported = files.export(format, records, source.records)
  if (output !== undefined && exported.machines > 0) {
    await files.write(output, Buffer.from(exported.text), signal, 'umask')
  }
  return {kind: 'inventory export', source, asked: records, to: format, exported, ...(output !== undefined && {output})}
}

function readFormat(word: string, faults: string[]): ExportFormat | undefined {
  const format = exportFormats.find((known) => known === word.toLowerCase())
  if (format === undefined) faults.push(`unknown format '${word}'${suggest(word, exportFormats)}`)
  return format
}
