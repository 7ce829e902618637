import type {Change} from './changes.js'
import type {InventoryRecord} from './inventory-record.js'

/** What an inventory can be written as: enum.fdb, YAML for people, JSON (schemas/inventory.schema.json). */
export const inventoryFormats = ['fdb', 'yaml', 'json'] as const
export type InventoryFormat = (typeof inventoryFormats)[number]

/** What records can be written as for other programs (inventory/network/export.ts); nothing is read back from it. */
export const exportFormats = ['hosts', 'ethers', 'dnsmasq', 'ssh-config', 'ansible', 'prometheus', 'csv'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** A record that is not, or not wholly, in the text, and why. */
export interface LeftOut {
  readonly record: InventoryRecord
  readonly reason: string
}

/** A whole file for another program. */
export interface Exported {
  readonly text: string
  /** Machines in the text. */
  readonly machines: number
  readonly leftOut: readonly LeftOut[]
}

/** One fault of an inventory file. Texts are raw: a printer escapes them. */
export interface FileFault {
  readonly file: string
  /** 1-based; absent where the whole file is meant. */
  readonly line?: number
  /** 1-based, in characters. */
  readonly column?: number
  /** The fact in question, such as `machines[3].interfaces[0].mac`. */
  readonly path?: string
  /** What is wrong and what would be right. */
  readonly reason: string
  /** First record of the machine, when only the value of a fact is wrong: the record holds it as it is. */
  readonly record?: InventoryRecord
}

/** A file as it was read. `faults`: what could not be read, or not be accepted; the records are the rest. */
export interface InventoryFile {
  readonly file: string
  readonly format: InventoryFormat
  readonly records: readonly InventoryRecord[]
  readonly faults: readonly FileFault[]
}

/** A machine two sides have different facts about, and what became of it. */
export interface InventoryConflict {
  readonly record: InventoryRecord
  readonly reason: string
}

export interface InventoryUpdate {
  /** One for each machine, with its first record. */
  readonly changes: readonly Change[]
  readonly conflicts: readonly InventoryConflict[]
}

/**
 * The inventory and files beside it. Everything throws ConfigError: INVENTORY_IO for what cannot be read or written,
 * INVENTORY_FORMAT for a file of release 01.07. Only `applyEdits` and `mergeFiles` change the inventory, both as one
 * step under its lock.
 */
export interface InventoryFiles {
  /** What `applyEdits` and `mergeFiles` change. */
  readonly location: string
  /** The inventory: all databases put together, filled from the address map. */
  readAll(): Promise<InventoryFile>
  /** The same as the files have it: nothing is filled in. */
  readRecorded(): Promise<InventoryFile>
  /** The machines of the database that is written to. */
  readWritten(): Promise<InventoryFile>
  /** Reads a file, the enum.fdb of a directory, or stdin (`-`); the format is told by its name, else by its content. */
  readFile(path: string): Promise<InventoryFile>
  /** As reading a file or every database of the inventory, and with the faults of values that are read as they are. */
  check(path?: string): Promise<readonly InventoryFile[]>
  format(records: readonly InventoryRecord[], format: InventoryFormat): Buffer
  /** `records` for another program; what is called as a host of `inventory`, of which they are, is left out. */
  export(format: ExportFormat, records: readonly InventoryRecord[], inventory: readonly InventoryRecord[]): Exported
  /** Replaces the file in one step. It is readable by its owner only, or by everybody the umask lets. */
  write(path: string, bytes: Buffer, signal: AbortSignal, readers?: 'owner' | 'umask'): Promise<void>
  /** What a person made of records; what was changed meanwhile by others stays and is a conflict. */
  applyEdits(
    edits: {readonly before: readonly InventoryRecord[]; readonly after: readonly InventoryRecord[]},
    signal: AbortSignal,
  ): Promise<InventoryUpdate>
  /** Puts other inventories in; what was seen later wins. */
  mergeFiles(
    files: readonly InventoryFile[],
    options: {readonly dryRun: boolean; readonly signal: AbortSignal},
  ): Promise<InventoryUpdate>
}
