import {extractAddresses} from '../../inventory/network/extract.js'
import {combineMacmaps, createMacmapStore} from '../../inventory/network/macmap-store.js'
import type {AddressExtractor, MacmapStore} from '../domain/ports/ports.js'
import {defaultDirectory, namedDirectories} from './inventory.js'

/** The address map of this user, or those in the directories given, `,` between them. */
export function composeMacmap(directories?: string): MacmapStore {
  const [first = defaultDirectory(), ...others] = namedDirectories(directories)
  return combineMacmaps([
    createMacmapStore({directory: first}),
    ...others.map((each) => createMacmapStore({directory: each})),
  ])
}

/** What the tools around the address map need; opens nothing. */
export function composeNetwork(directories?: string): {
  readonly macmap: MacmapStore
  readonly extract: AddressExtractor
} {
  return {macmap: composeMacmap(directories), extract: extractAddresses}
}
