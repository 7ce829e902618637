/**
 * POSIX extended regular expressions as awk(1) reads them (IEEE Std 1003.1, Base Definitions 9.4; awk: backslash
 * escapes work inside brackets too), with \s \S \w \W and \d \D as everybody knows them. There are no back references.
 * What POSIX leaves undefined and is most likely a mistake, such as a `*` with nothing in front of it, is a fault.
 */

import {type EreNode, needleOf, sizeOf} from './node.js'
import type {CharRange, Pattern, PatternStep} from './pattern.js'
import {complement, everyChar, foldCase, readBracket, readEscape} from './set.js'

export const longestPattern = 1000
/** Steps of the automaton; a backslash and a few intervals can ask for billions. */
const mostSteps = 2000
const mostRepeats = 255

export interface EreOptions {
  readonly ignoreCase?: boolean
}

/** Reads an expression, or tells what is wrong with it. */
export function parseEre(source: string, {ignoreCase = false}: EreOptions = {}): Pattern | {readonly fault: string} {
  if (source.length > longestPattern) return {fault: `the pattern is longer than ${longestPattern} characters`}
  try {
    const node = readWhole([...source], ignoreCase)
    if (sizeOf(node) > mostSteps) return {fault: 'the pattern is too large; use fewer or smaller intervals'}
    const steps: PatternStep[] = [{kind: 'found'}]
    return {source, start: emit(node, 0, steps), steps, needle: needleOf(node)}
  } catch (error) {
    if (error instanceof PatternFault) return {fault: error.message}
    throw error
  }
}

/** Never leaves this file: what ends the reading of one expression. */
class PatternFault extends Error {}

function fail(message: string): never {
  throw new PatternFault(message)
}

function readWhole(chars: readonly string[], ignoreCase: boolean): EreNode {
  let at = 0
  const set = (ranges: readonly CharRange[]): EreNode => ({
    kind: 'set',
    ranges: ignoreCase ? foldCase(ranges) : ranges,
  })

  function readChoice(): EreNode {
    const parts = [readSequence()]
    while (chars[at] === '|') {
      at++
      parts.push(readSequence())
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : {kind: 'choice', parts}
  }

  function readSequence(): EreNode {
    const parts: EreNode[] = []
    for (let char = chars[at]; char !== undefined && char !== '|' && char !== ')'; char = chars[at]) {
      let node = readAtom(char)
      for (let times = readRepeat(); times !== undefined; times = readRepeat()) {
        if (node.kind === 'begin' || node.kind === 'end') fail(`'${chars[at - 1]}' has nothing to repeat`)
        node = {kind: 'repeat', node, ...times}
      }
      parts.push(node)
    }
    return {kind: 'sequence', parts}
  }

  function readAtom(char: string): EreNode {
    at++
    switch (char) {
      case '(': {
        const inner = readChoice()
        if (chars[at] !== ')') fail("a '(' is not closed")
        at++
        return inner
      }
      case '*':
      case '+':
      case '?':
        return fail(`'${char}' has nothing to repeat (write \\${char} for the character)`)
      case '.':
        return {kind: 'set', ranges: [everyChar]}
      case '^':
        return {kind: 'begin'}
      case '$':
        return {kind: 'end'}
      case '[': {
        const read = readBracket(chars, at)
        if ('fault' in read) return fail(read.fault)
        at = read.next
        const ranges = ignoreCase ? foldCase(read.ranges) : read.ranges
        return {kind: 'set', ranges: read.negated ? complement(ranges) : ranges}
      }
      case '\\': {
        const read = readEscape(chars[at])
        if (typeof read === 'string') return fail(read)
        at++
        return set(read)
      }
      default:
        return set([[char.codePointAt(0) ?? 0, char.codePointAt(0) ?? 0]])
    }
  }

  function readRepeat(): {readonly min: number; readonly max: number} | undefined {
    const char = chars[at]
    if (char === '*' || char === '+' || char === '?') {
      at++
      return {min: char === '+' ? 1 : 0, max: char === '?' ? 1 : Number.POSITIVE_INFINITY}
    }
    if (char !== '{') return undefined
    // a brace that begins no interval is a character, as in gawk
    const match = /^\{([0-9]*)(,?)([0-9]*)\}/.exec(chars.slice(at, at + 24).join(''))
    const [whole = '', low = '', comma = '', high = ''] = match ?? []
    if (low === '' && high === '') return undefined
    at += whole.length
    const min = Number(low)
    const max = comma === '' ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high)
    if (max < min) fail(`${whole}: the larger number comes first`)
    if (min > mostRepeats || (max > mostRepeats && high !== '')) fail(`${whole}: more than ${mostRepeats} repetitions`)
    return {min, max}
  }

  const node = readChoice()
  if (at < chars.length) fail("a ')' closes nothing")
  return node
}

/** Appends the steps of a node that go on to `next`; returns the first. */
function emit(node: EreNode, next: number, steps: PatternStep[]): number {
  const add = (step: PatternStep): number => steps.push(step) - 1
  switch (node.kind) {
    case 'set':
      return add({kind: 'char', ranges: node.ranges, next})
    case 'begin':
    case 'end':
      return add({kind: node.kind, next})
    case 'sequence':
      return node.parts.reduceRight((follower, part) => emit(part, follower, steps), next)
    case 'choice':
      return add({kind: 'fork', next: node.parts.map((part) => emit(part, next, steps))})
    case 'repeat': {
      let entry = next
      if (node.max === Number.POSITIVE_INFINITY) {
        entry = add({kind: 'fork', next: []})
        steps[entry] = {kind: 'fork', next: [emit(node.node, entry, steps), next]}
      } else {
        for (let i = node.min; i < node.max; i++)
          entry = add({kind: 'fork', next: [emit(node.node, entry, steps), next]})
      }
      for (let i = 0; i < node.min; i++) entry = emit(node.node, entry, steps)
      return entry
    }
  }
}
