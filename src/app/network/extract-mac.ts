import type {AddressFormat} from '../../domain/network/network-entry.js'
import type {AddressExtractor, MacmapStore} from '../../domain/ports/ports.js'
import type {ExtractMacResult} from '../../domain/results/network.js'
import {type ColumnInput, extractLayout} from '../find/entry-layout.js'

export interface ExtractMacInput extends ColumnInput {
  readonly file: {readonly name: string; readonly text: string}
  /** Undefined: told from the file. */
  readonly format?: AddressFormat
  readonly ethers: boolean
  readonly quiet: boolean
  /** Into the address map, instead of showing it. */
  readonly store: boolean
}

/** `ctys extract-mac FILE`: what a DHCP server's file says of addresses, shown or stored; opens no connection. */
export async function extractMac(
  input: ExtractMacInput,
  {macmap, extract}: {readonly macmap: MacmapStore; readonly extract: AddressExtractor},
): Promise<ExtractMacResult> {
  const {file, format, store, quiet} = input
  const extracted = extract({...file, ...(format !== undefined && {format})})
  const never = new AbortController().signal
  const stored =
    store && extracted.entries.length > 0
      ? {stored: {location: macmap.location, changes: await macmap.merge(extracted.entries, never)}}
      : {}
  return {kind: 'extract-mac', file: file.name, extracted, ...stored, layout: extractLayout(input), quiet}
}
