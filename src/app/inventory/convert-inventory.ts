import {extname} from 'node:path'
import {type InventoryFiles, type InventoryFormat, inventoryFormats} from '../../domain/inventory/inventory-files.js'
import type {ConvertResult} from '../../domain/results/inventory.js'
import {refuseFaulty} from './faulty-file.js'

export {type InventoryFormat, inventoryFormats}

export interface ConvertInput {
  /** Absent = the inventory. */
  readonly file?: string
  /** Absent = as the name of the output says, else YAML. */
  readonly to?: InventoryFormat
  /** Absent = stdout. */
  readonly output?: string
}

/** `ctys inventory convert`: the same records in another format, with what is written down and nothing else. */
export async function convertInventory(
  {file, to, output}: ConvertInput,
  files: InventoryFiles,
  signal: AbortSignal,
): Promise<ConvertResult> {
  const source = file === undefined ? await files.readRecorded() : await files.readFile(file)
  refuseFaulty(source)
  const format = to ?? formatOf(output) ?? 'yaml'
  const bytes = files.format(source.records, format)
  if (output !== undefined) await files.write(output, bytes, signal)
  const text = bytes.toString('utf8')
  return {kind: 'inventory convert', source, to: format, text, ...(output !== undefined && {output})}
}

function formatOf(output = ''): InventoryFormat | undefined {
  const ending = extname(output).slice(1).toLowerCase()
  return ending === 'yml' ? 'yaml' : inventoryFormats.find((format) => format === ending)
}
