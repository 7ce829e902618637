/** The options of ctys-vhost that narrow its answer: -M, -c and -T. Faults are added to `faults`. */

import {suggestOrList} from '../../lib/suggest.js'
import type {Pick, RecordSelection} from '../selection.js'

export interface SelectionWords {
  /** -M */
  readonly pick?: string
  /** -c */
  readonly cost?: string
  /** -T */
  readonly types?: string
}

/** What -M takes. */
export const picks: readonly Pick[] = ['first', 'last', 'all', 'complement', 'sort', 'usort', 'unique']
/** What -c takes, and what it means. */
export const costs: Readonly<Record<string, RecordSelection['cost'] | 'count'>> = {
  MINCNT: 'least',
  MAXCNT: 'most',
  CNT: 'count',
}
const knownTypes = ['CLI', 'X11', 'VNC', 'RDP', 'QEMU', 'KVM', 'XEN', 'VMW', 'VBOX', 'OVZ', 'PM']

/** `counts`: the answer is how many records each host has (CNT). */
export function parseSelection(
  {pick, cost, types}: SelectionWords,
  faults: string[],
): {readonly selection: RecordSelection; readonly counts: boolean} {
  const picked = picks.find((known) => known === pick?.toLowerCase())
  if (pick !== undefined && picked === undefined)
    faults.push(`-M: unknown filter '${pick}'${suggestOrList(pick, picks)}`)
  const chosen = cost === undefined ? undefined : Object.hasOwn(costs, cost.toUpperCase()) && costs[cost.toUpperCase()]
  if (chosen === false) faults.push(`-c: unknown cost '${cost}' (MINCNT, MAXCNT or CNT)`)
  const wanted = parseTypes(types, faults)
  return {
    selection: {
      ...(wanted !== undefined && {types: wanted}),
      ...((chosen === 'least' || chosen === 'most') && {cost: chosen}),
      ...(picked !== undefined && {pick: picked}),
    },
    counts: chosen === 'count',
  }
}

/** `TYPE[,TYPE...]` or ALL; undefined: every type. */
function parseTypes(text: string | undefined, faults: string[]): readonly string[] | undefined {
  if (text === undefined) return undefined
  const types = text
    .toUpperCase()
    .split(',')
    .filter((type) => type !== '')
  if (types.length === 0) faults.push(`-T: names no type${suggestOrList('', [...knownTypes, 'ALL'])}`)
  for (const type of types) {
    if (type !== 'ALL' && !knownTypes.includes(type))
      faults.push(`-T: unknown type '${type}'${suggestOrList(type, [...knownTypes, 'ALL'])}`)
  }
  return types.includes('ALL') ? undefined : types
}
