/** The words of a scan as data. Collects all faults. */
import {UsageError} from '../../domain/errors.js'
import {vmStates} from '../../domain/machine/vm-states.js'
import type {ScanRequest} from '../../domain/work/scan-request.js'
import {splitPercent} from '../../lib/split-suboptions.js'
import {suggest} from '../../lib/suggest.js'
import {parseDuration} from '../parse-duration.js'
import {parseTargets} from '../target/parse-target.js'

export interface ScanInput {
  readonly targets: readonly string[]
  readonly user?: string
  /** Lists with `,` or `%` between the types; none, or `ALL`: all types. */
  readonly types: readonly string[]
  /** Lists with `%` between the directories; none: the home directory. */
  readonly basePaths: readonly string[]
  /** Lists with `,` or `%` between the states; none, or `ALL`: all states. */
  readonly states: readonly string[]
  /** Such as `90s`, `15m`, `2h`, `1d`, `1w`; a bare number means seconds. */
  readonly since?: string
  readonly mode: ScanRequest['mode']
}

/** `known`: every type that a scan records. */
export function parseScan(input: ScanInput, known: readonly string[]): ScanRequest {
  const faults: string[] = []
  const targets = parseTargets(input.targets, input.user, faults)
  const types = parseTypes(input.types, known, faults)
  const basePaths = parseBases(input.basePaths, faults)
  const states = parseStates(input.states, faults)
  const sinceMs = input.since === undefined ? undefined : parseDuration('--since', input.since, faults)
  if (faults.length > 0) throw new UsageError(faults)
  return {
    targets,
    types,
    basePaths,
    mode: input.mode,
    ...(states !== undefined && {states}),
    ...(sinceMs !== undefined && {sinceMs}),
  }
}

function splitLists(lists: readonly string[]): readonly string[] {
  return lists.flatMap((list) => list.toUpperCase().split(/[,%]/)).filter((word) => word !== '')
}

/** An empty one is more likely a variable without a value than the wish to search the home directory. */
function parseBases(lists: readonly string[], faults: string[]): readonly string[] {
  return lists.flatMap((list) => {
    const bases = splitPercent(list).filter((base) => base !== '')
    if (bases.length === 0) faults.push(`--base '${list}' names no directory`)
    return bases
  })
}

function parseTypes(lists: readonly string[], known: readonly string[], faults: string[]): readonly string[] {
  const types = splitLists(lists).map((type) => (type === 'KVM' ? 'QEMU' : type))
  if (types.length === 0 || types.includes('ALL')) return known
  for (const type of types) {
    if (!known.includes(type))
      faults.push(`-t: a scan finds no '${type}'${suggest(type, known)}; it finds ${known.join(', ')}`)
  }
  return [...new Set(types)]
}

function parseStates(lists: readonly string[], faults: string[]): readonly string[] | undefined {
  const states = splitLists(lists)
  if (states.length === 0 || states.includes('ALL')) return undefined
  for (const state of states) {
    if (!vmStates.includes(state)) {
      faults.push(
        `--match-state: unknown state '${state}'${suggest(state, vmStates)}; one of ALL ${vmStates.join(' ')}`,
      )
    }
  }
  return [...new Set(states)]
}
