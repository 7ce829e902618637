/** The ports to what is stored on this machine: inventory, address map, groups and macros. */
import type {HostName} from '../host-name.js'
import type {Change, UnreadLine} from '../inventory/changes.js'
import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {MachineAddress} from '../machine/machine-address.js'
import type {MachineRecords} from '../machine/machine-records.js'
import type {AddressFormat, EntryChange, Extracted, NetworkEntry} from '../network/network-entry.js'

/** What one host answered to a scan; only hosts in `answered` may lose records. */
export interface HostScan {
  readonly host: HostName
  readonly type: string
  readonly records: readonly InventoryRecord[]
  /**
   * Absolute roots that were really searched: only records below them may be dropped. An empty one stands for
   * everything of this type on the host, also what has no path.
   */
  readonly searched: readonly string[]
  /** Files and directories that were seen but could not be read: the old records there and below are kept. */
  readonly kept: readonly string[]
}

/** What a question found, and the broken lines that may have held an answer. */
export interface FoundRecords {
  readonly records: readonly InventoryRecord[]
  readonly rejects: readonly UnreadLine[]
}

/** Answers of the inventory. Reading needs no lock. All throw ConfigError INVENTORY_FORMAT or INVENTORY_IO. */
export interface Snapshot {
  /** All records, in file order. */
  all(): Promise<readonly InventoryRecord[]>
  /** The same as the file has them: nothing is filled in from the address map. */
  recorded(): Promise<readonly InventoryRecord[]>
  /** The machines of any host that fit the address, with all their interfaces. */
  lookup(address: MachineAddress): Promise<readonly MachineRecords[]>
  /** Records in which every word stands, exact hits first; reads only what it needs. */
  find(words: readonly string[]): Promise<FoundRecords>
  /**
   * All records that contain one of the texts, without regard to case, UUIDs with or without hyphens, and perhaps others;
   * in file order. Reads only what it needs.
   */
  holding(texts: readonly string[]): Promise<readonly InventoryRecord[]>
  /** How many records there are. */
  count(): Promise<number>
  /** Lines of the file that could not be read, with number and reason; they survive a rewrite. */
  rejects(): Promise<readonly UnreadLine[]>
}

/**
 * The inventory. What is asked of it directly is answered from the version that is there at that moment, what is asked of
 * what `open` gives from one version for good. `merge` locks, reads again, merges and writes in one step.
 */
export interface InventoryStore extends Snapshot {
  open(): Promise<Snapshot>
  merge(scans: readonly HostScan[], signal: AbortSignal): Promise<readonly Change[]>
  /** Where it lives, for messages. */
  readonly location: string
}

/** The address map macmap.fdb: which name and IP address go with which MAC address. */
export interface MacmapStore {
  /** Where it lives, for messages. */
  readonly location: string
  /** All entries, in file order, and the lines that could not be read. Throws ConfigError INVENTORY_IO. */
  read(): Promise<{
    readonly entries: readonly NetworkEntry[]
    readonly rejects: readonly UnreadLine[]
  }>
  /**
   * Locks, reads again, merges and writes in one step. Throws INVENTORY_IO, INVENTORY_LOCKED, INTERRUPTED,
   * or INVENTORY_FORMAT for a file that is not UTF-8: it could not be given back byte for byte.
   */
  merge(found: readonly NetworkEntry[], signal: AbortSignal): Promise<readonly EntryChange[]>
}

/**
 * Reads the files of other programs that give addresses to names. Without a format it is told from text and file name;
 * throws UsageError where that cannot be done. Whatever stands in the text is an entry or a reject.
 */
export type AddressExtractor = (file: {
  readonly name: string
  readonly text: string
  readonly format?: AddressFormat
}) => Extracted

/** A target word of a group, as it stands in the file; not yet read as a target. */
export interface GroupMember {
  readonly word: string
  /** The text of its context options, those of the whole file in front. */
  readonly options?: string
  readonly file: string
  readonly line: number
}

/** A named list of targets, with everything it includes. */
export interface Group {
  readonly name: string
  readonly file: string
  readonly members: readonly GroupMember[]
  /** `file:line: what is wrong`, here and in what is included. When there are any, `members` is not the whole group. */
  readonly faults: readonly string[]
}

/** The groups of this user. */
export interface GroupSource {
  /** Where they are looked for, for messages. */
  readonly location: string
  /** All groups by name, sorted; `/` separates sub-directories. Never rejects: what cannot be read has no names. */
  names(): Promise<readonly string[]>
  /** Undefined when there is no such file, or it cannot be the name of one. Never rejects. */
  load(name: string): Promise<Group | undefined>
}

/** What one macro file says. */
export interface MacroFile {
  readonly file: string
  readonly macros: ReadonlyMap<string, string>
  /** `file:line: what is wrong`; those lines have no macro. */
  readonly faults: readonly string[]
}

/** The macros of this user: names for pieces of a command line. */
export interface MacroSource {
  /** Where they are looked for, for messages. */
  readonly location: string
  /** Undefined when there is no such file, or it cannot be the name of one. Never rejects. */
  load(name: string): Promise<MacroFile | undefined>
}
