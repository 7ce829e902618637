/** The options of ctys-vhost that narrow its answer: -M, -c and -T. Faults are added to `faults`. */

import {typeWords} from '../../domain/classic/session-types.js'
import {scanTypes} from '../../domain/machine/session-types.js'
import {suggestOrList} from '../../lib/suggest.js'
import type {Pick, RecordSelection} from '../selection.js'

export interface SelectionInput {
  /** -M */
  readonly pick?: string
  /** -c */
  readonly cost?: string
  /** -T */
  readonly types?: string
}

/** What -M takes. */
export const picks: readonly Pick[] = ['first', 'last', 'all', 'complement', 'sort', 'usort', 'unique']
/** What -c takes, and what it means; CNT chooses nothing, as in the original. */
export const costs: Readonly<Record<string, RecordSelection['cost']>> = {
  MINCNT: 'least',
  MAXCNT: 'most',
  CNT: undefined,
}
/** Those of the original, and every one that a scan records. */
const knownTypes = [...new Set([...typeWords, ...Object.keys(scanTypes)])]

export function parseSelection({pick, cost, types}: SelectionInput, faults: string[]): RecordSelection {
  const picked = picks.find((known) => known === pick?.toLowerCase())
  if (pick !== undefined && picked === undefined)
    faults.push(`-M: unknown filter '${pick}'${suggestOrList(pick, picks)}`)
  const chosen = cost === undefined ? undefined : costs[cost.toUpperCase()]
  if (cost !== undefined && !Object.hasOwn(costs, cost.toUpperCase())) {
    faults.push(`-c: unknown cost '${cost}' (MINCNT, MAXCNT or CNT)`)
  }
  const wanted = parseTypes(types, faults)
  return {
    ...(wanted !== undefined && {types: wanted}),
    ...(chosen !== undefined && {cost: chosen}),
    ...(picked !== undefined && {pick: picked}),
  }
}

/** `TYPE[,TYPE...]` or ALL; undefined: every type. */
function parseTypes(text: string | undefined, faults: string[]): readonly string[] | undefined {
  if (text === undefined) return undefined
  const types = text
    .toUpperCase()
    .split(/[,%]/)
    .filter((type) => type !== '')
  if (types.length === 0) faults.push(`-T: names no type${suggestOrList('', [...knownTypes, 'ALL'])}`)
  for (const type of types) {
    if (type !== 'ALL' && !knownTypes.includes(type))
      faults.push(`-T: unknown type '${type}'${suggestOrList(type, [...knownTypes, 'ALL'])}`)
  }
  return types.includes('ALL') ? undefined : types
}
