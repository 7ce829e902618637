/** Values of a file that was read as YAML or JSON. */

export type Facts = Readonly<Record<string, unknown>>

/** Tells what is wrong with the word of that key; `ports/0/vlan` for one within. */
export type AddFault = (key: string, reason: string) => void

/** Linux' IFNAMSIZ, and what ip(8) reads as a name only. */
export const interfaceName = /^[A-Za-z0-9_][A-Za-z0-9_.:+@~-]{0,14}$/

export function asTexts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map(asText).filter((text) => text !== '')
}

/** JSON has numbers and truths of its own. */
export function asText(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''
}

export function asMap(value: unknown): Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : {}
}

export function asItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function own(facts: Facts, key: string): unknown {
  return Object.hasOwn(facts, key) ? facts[key] : undefined
}
