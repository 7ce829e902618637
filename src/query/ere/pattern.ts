/**
 * A regular expression as plain data, and the machine that runs it. A pattern is a list of steps (Thompson's automaton,
 * CACM 11/6, 1968); running it builds the sets of steps that can be reached as states and keeps them, so that a text is
 * read once, whatever the expression: there is nothing to go back to, and no expression can take exponential time.
 */
export interface Pattern {
  /** As the user wrote it, for messages. */
  readonly source: string
  readonly steps: readonly PatternStep[]
  /** Index of the first step. */
  readonly start: number
  /** What every text the pattern fits contains, may be empty: looked for first, because that is quick. */
  readonly needle: string
}

/** First and last code point. */
export type CharRange = readonly [first: number, last: number]

export type PatternStep =
  | {readonly kind: 'char'; readonly ranges: readonly CharRange[]; readonly next: number}
  | {readonly kind: 'fork'; readonly next: readonly number[]}
  | {readonly kind: 'begin' | 'end'; readonly next: number}
  | {readonly kind: 'found'}

/** Tells whether the pattern fits somewhere in a text. Compile once, ask often. */
export type PatternTest = (text: string) => boolean

/** What the text read so far has led to; `verdict` when the rest cannot change it. */
interface State {
  readonly members: readonly number[]
  readonly verdict: boolean | undefined
  readonly atBegin: boolean
  /** By class of the next character. */
  readonly next: (State | undefined)[]
  verdictAtEnd: boolean | undefined
}

/** Hostile patterns have more states than memory; beyond this many they are forgotten and built again when needed. */
const maxStates = 2000

export function compilePattern({steps, start, needle}: Pattern): PatternTest {
  const {classOf, sampleOf, lowClasses} = charClasses(steps)
  const known = new Map<string, State>()
  const restart = reach(steps, [start], {})
  const first = makeState(reach(steps, [start], {atBegin: true}), true)

  function makeState({members, found}: Reached, atBegin: boolean): State {
    const verdict = found ? true : members.length === 0 ? false : undefined
    return {members, verdict, atBegin, next: [], verdictAtEnd: undefined}
  }

  function advance(state: State, charClass: number): State {
    const sample = sampleOf(charClass)
    const targets: number[] = [start]
    for (const member of state.members) {
      const step = steps[member]
      if (step?.kind === 'char' && step.ranges.some(([low, high]) => low <= sample && sample <= high)) {
        targets.push(step.next)
      }
    }
    const reached = targets.length === 1 ? restart : reach(steps, targets, {})
    const key = reached.found ? 'found' : reached.members.join()
    let next = known.get(key)
    if (next === undefined) {
      if (known.size >= maxStates) {
        known.clear()
        first.next.length = 0
      }
      next = makeState(reached, false)
      known.set(key, next)
    }
    state.next[charClass] = next
    return next
  }

  return (text) => {
    if (!text.includes(needle)) return false
    let state = first
    for (let i = 0; i < text.length && state.verdict === undefined; i++) {
      let code = text.charCodeAt(i)
      if (code >= lowCodes) {
        code = text.codePointAt(i) ?? code
        if (code > 0xffff) i++
      }
      const charClass = code < lowCodes ? (lowClasses[code] ?? 0) : classOf(code)
      state = state.next[charClass] ?? advance(state, charClass)
    }
    if (state.verdict !== undefined) return state.verdict
    state.verdictAtEnd ??= reach(steps, state.members, {atBegin: state.atBegin, atEnd: true}).found
    return state.verdictAtEnd
  }
}

interface Reached {
  /** Steps that wait for a character or for the end of the text, ascending. */
  readonly members: readonly number[]
  readonly found: boolean
}

/** All steps that can be reached without reading a character. */
function reach(
  steps: readonly PatternStep[],
  from: readonly number[],
  {atBegin = false, atEnd = false}: {readonly atBegin?: boolean; readonly atEnd?: boolean},
): Reached {
  const seen = new Set<number>(from)
  const members: number[] = []
  let found = false
  for (const index of seen) {
    const step = steps[index]
    if (step?.kind === 'found') found = true
    else if (step?.kind === 'fork') for (const next of step.next) seen.add(next)
    else if ((step?.kind === 'begin' && atBegin) || (step?.kind === 'end' && atEnd)) seen.add(step.next)
    else if (step?.kind === 'char' || step?.kind === 'end') members.push(index)
  }
  return {members: members.sort((a, b) => a - b), found}
}

const lowCodes = 256

/** Characters no step tells apart are one class: the tables stay small. */
function charClasses(steps: readonly PatternStep[]) {
  const borders = new Set<number>()
  for (const step of steps) {
    if (step.kind !== 'char') continue
    for (const [low, high] of step.ranges) borders.add(low).add(high + 1)
  }
  const sorted = [...borders].sort((a, b) => a - b)
  /** How many borders lie at or below the code point. */
  const classOf = (code: number): number => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle] ?? 0) <= code) low = middle + 1
      else high = middle
    }
    return low
  }
  const sampleOf = (charClass: number): number => (charClass === 0 ? -1 : (sorted[charClass - 1] ?? 0))
  const lowClasses = Uint16Array.from({length: lowCodes}, (_, code) => classOf(code))
  return {classOf, sampleOf, lowClasses}
}
