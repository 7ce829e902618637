import type {Request} from '../../domain/work/request.js'

/** `-c OFF` or `-c ON[,BOTH|LOCAL|REMOTE][,ONLY]`: how far the inventory may answer. */
export function parseInventoryUse(text: string | undefined, faults: string[]): Request['inventoryUse'] {
  if (text === undefined) return 'on'
  const words = text
    .toUpperCase()
    .split(',')
    .filter((word) => word !== '')
  const unknown = words.filter((word) => !['ON', 'OFF', 'BOTH', 'LOCAL', 'ONLY'].includes(word))
  for (const word of unknown) {
    faults.push(
      word === 'REMOTE'
        ? '-c: REMOTE is not supported: only this machine has an inventory'
        : `-c: unknown word '${word.toLowerCase()}'`,
    )
  }
  if (words.includes('OFF')) {
    if (words.length > 1) faults.push(`-c: off stands alone, got '${text}'`)
    return 'off'
  }
  return words.includes('ONLY') ? 'only' : 'on'
}
