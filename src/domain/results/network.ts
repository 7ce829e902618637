import type {UnreadLine} from '../inventory/changes.js'
import type {EntryLayout, Extracted, NetworkEntry, StoredEntries} from '../network/network-entry.js'
import type {Outcome} from '../work/outcome.js'
import type {Plan} from '../work/plan.js'

/** Entries of the address map. */
export interface MacmapResult {
  readonly kind: 'macmap'
  readonly entries: readonly NetworkEntry[]
  readonly macmap: {
    readonly location: string
    /** Entries in all. */
    readonly size: number
    readonly rejects: readonly UnreadLine[]
  }
  readonly layout: EntryLayout
}

/** What the file of a DHCP server says of addresses. */
export interface ExtractMacResult {
  readonly kind: 'extract-mac'
  readonly file: string
  readonly extracted: Extracted
  readonly stored?: StoredEntries
  readonly layout: EntryLayout
  /** No talk beside that of an empty answer. */
  readonly quiet: boolean
}

/** What the neighbour tables of hosts say of addresses. */
export interface ExtractArpResult {
  readonly kind: 'extract-arp'
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  /** Of all hosts that answered. */
  readonly entries: readonly NetworkEntry[]
  readonly stored?: StoredEntries
  readonly layout: EntryLayout
}
