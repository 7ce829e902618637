/**
 * What a network source (macmap.fdb, a DHCP server, a neighbour table) says of one interface. An unknown value is
 * empty. `ip` is canonical: IPv4 in dots, IPv6 lower case in its shortest form (RFC 5952). `mac` is upper case with
 * colons. `name` stands as the source has it and may hold anything.
 */
export interface NetworkEntry {
  readonly name: string
  readonly ip: string
  readonly mac: string
}

/** A part of a source that gave no entry or not all of one: its 1-based line, where it has one, what it is, and why. */
export interface SourceReject {
  readonly line?: number
  readonly text: string
  readonly reason: string
}

/** What an extractor read. `includes` are other files the source names; they were not read. */
export interface Extracted {
  readonly entries: readonly NetworkEntry[]
  readonly rejects: readonly SourceReject[]
  readonly includes: readonly {readonly line: number; readonly path: string}[]
}

/** The files addresses are extracted from; `dnsmasq-hosts` is what dhcp-hostsfile of dnsmasq names. */
export const addressFormats = ['isc', 'dnsmasq', 'dnsmasq-hosts', 'kea', 'ethers'] as const
export type AddressFormat = (typeof addressFormats)[number]

export interface EntryChange {
  readonly what: 'added' | 'changed'
  readonly entry: NetworkEntry
}

/** What was put into the address map, and where it lies. */
export interface StoredEntries {
  readonly location: string
  readonly changes: readonly EntryChange[]
}

/** Who answers for an IP address on which interface of the host that was asked. */
export interface Neighbour extends NetworkEntry {
  readonly interface: string
}

export type EntryColumn = keyof NetworkEntry

/** How entries are to be written. */
export interface EntryLayout {
  readonly columns: readonly EntryColumn[]
  readonly upperCase?: boolean
  /** As lines of /etc/ethers. */
  readonly ethers?: boolean
}
