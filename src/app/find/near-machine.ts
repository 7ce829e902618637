/** What may have been meant by a label that no machine of the inventory has. */
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {MachineAddress} from '../../domain/machine/machine-address.js'
import {hostType} from '../../domain/machine/session-types.js'
import type {InventoryStore} from '../../domain/ports/ports.js'
import {listNames} from '../../lib/list-names.js'
import {nearestOf} from '../../lib/suggest.js'

/** More labels are not compared: an answer of "nothing" is not worth waiting for. */
export const mostCompared = 20_000
/** Shorter ones are near to anything. */
const shortest = 3

/** The labels of records that the text nearly is; none where it is one itself. */
export function nearLabels(text: string, records: readonly InventoryRecord[]): readonly string[] {
  if (text.length < shortest) return []
  const labels = [...new Set(records.map(({label}) => label))].filter((label) => label !== '')
  const near = nearestOf(text, labels)
  return near.some((label) => label.toLowerCase() === text.toLowerCase()) ? [] : near
}

/** `did you mean web01 (h1)?` of an address with a label; undefined where no machine's label is near. */
export async function nearMachine(
  {label = ''}: MachineAddress,
  inventory: Pick<InventoryStore, 'all'>,
): Promise<string | undefined> {
  const records = (await inventory.all()).filter(({type}) => type.toUpperCase() !== hostType)
  const near = records.length > mostCompared ? [] : nearLabels(label, records)
  const named = near.map((one) => {
    const hosts = new Set(records.flatMap((record) => (record.label === one ? [record.host] : [])))
    return `${one} (${listNames([...hosts], 3)})`
  })
  return named.length === 0 ? undefined : `did you mean ${listNames(named, 5)}?`
}
