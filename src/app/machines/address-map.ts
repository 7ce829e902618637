import type {MacmapStore} from '../../domain/ports/ports.js'
import type {AddFault} from '../../parse/make/new-words.js'

/** Of a name as it was asked for. */
export type AddressesByName = ReadonlyMap<string, {readonly ip: string; readonly mac?: string}>

/** What the address map says of names (ctys macmap); a name without an address is a fault. */
export async function addressesOf(
  labels: readonly string[],
  addFault: AddFault,
  macmap: MacmapStore,
): Promise<AddressesByName> {
  const {entries} = await macmap.read()
  const known = new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]))
  const found = new Map<string, {ip: string; mac?: string}>()
  const missing: string[] = []
  for (const label of labels) {
    const {ip = '', mac = ''} = known.get(label.toLowerCase()) ?? {}
    if (ip === '') missing.push(label)
    else found.set(label, {ip, ...(mac !== '' && {mac})})
  }
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).join(', ')
    addFault(
      'ip',
      `the address map has no address of ${shown}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''} (ctys macmap)`,
    )
  }
  return found
}
