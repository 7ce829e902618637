import type {InventoryFiles} from '../../domain/inventory/inventory-files.js'
import type {UpdateResult} from '../../domain/results/inventory.js'
import {refuseFaulty} from './faulty-file.js'

export interface MergeInput {
  /** Files, or directories with an enum.fdb. */
  readonly paths: readonly string[]
  readonly dryRun: boolean
}

/** `ctys inventory merge FILE|DIR...`: puts other inventories into the one that is written to. */
export async function mergeInventories(
  {paths, dryRun}: MergeInput,
  files: InventoryFiles,
  signal: AbortSignal,
): Promise<UpdateResult> {
  const others = await Promise.all(paths.map((path) => files.readFile(path)))
  for (const other of others) refuseFaulty(other)
  const update = await files.mergeFiles(others, {dryRun, signal})
  const faults = others.flatMap((other) => other.faults)
  return {kind: 'inventory update', by: 'merge', location: files.location, ...update, faults, dryRun}
}
