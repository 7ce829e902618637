/**
 * The targets of a classic call with everything each inherits. Options come from the front, from the files of groups,
 * from `'(...)'` for all, and from behind the target; the last one wins.
 */
import type {CallOptions, CallTarget, ClassicCall} from '../../domain/classic/call.js'
import type {Group} from '../../domain/ports/ports.js'
import {splitWords} from '../../lib/split-words.js'
import type {Leaf} from '../../parse/classic/judge-call.js'
import {readOptions} from '../../parse/classic/read-options.js'
import {expandWord, type WordContext} from './expand-targets.js'

export interface Expansion {
  readonly faults: string[]
  /** What is asked for and not there yet. */
  readonly lacks: string[]
  /** Groups that a bare word named. */
  readonly met: Group[]
}

export async function expandCall(
  {options, context, targets}: ClassicCall,
  at: WordContext,
  expansion: Expansion,
): Promise<readonly Leaf[]> {
  const {faults, lacks, met} = expansion
  const leaves: Leaf[] = []
  const merge = merger()
  if (targets.length === 0) return [{word: 'localhost', levels: [], options: merge([options, context])}]

  const take = async (target: CallTarget, layers: Layers, after: Leaf['after']): Promise<void> => {
    if (target.kind === 'group') {
      let below: readonly number[] = []
      for (const member of target.targets) {
        if (member.kind === 'group') {
          lacks.push(`${target.keyword}{${member.keyword}{...}}: groups inside groups are not there yet`)
          continue
        }
        const start = leaves.length
        const order = target.keyword === 'VMSTACK' && below.length > 0 ? {leaves: below, mustSucceed: true} : after
        await take(member, [...layers, target.options], order)
        below = leaves.slice(start).map((_, i) => start + i)
      }
      return
    }
    const {word, levels} = target
    for (const member of await expandWord(word, at, faults, {classic: true, met})) {
      const own = member.options === undefined ? undefined : memberOptions(member.options, member.place ?? '', faults)
      const all = merge([options, own, ...layers, target.options])
      leaves.push({word: member.word, levels, options: all, ...(after !== undefined && {after})})
    }
  }
  for (const target of targets) await take(target, [context], undefined)
  return leaves
}

type Layers = readonly (CallOptions | undefined)[]

/** Equal layers give the same object, so that what is equal is judged once. */
function merger(): (layers: Layers) => CallOptions {
  const known = new Map<string, CallOptions>()
  return (layers) => {
    const merged = layers.reduce<CallOptions>((below, above) => (above === undefined ? below : over(below, above)), {
      letters: {},
    })
    const key = JSON.stringify(merged)
    const same = known.get(key) ?? merged
    known.set(key, same)
    return same
  }
}

function over(below: CallOptions, above: CallOptions): CallOptions {
  const letters = {...below.letters, ...above.letters}
  // the types of the target are those it names itself
  if (above.letters.T !== undefined && above.letters.t === undefined) delete (letters as Record<string, string>).t
  const action = above.action ?? below.action
  return {letters, ...(action !== undefined && {action})}
}

function memberOptions(text: string, place: string, faults: string[]): CallOptions {
  const words = splitWords(text)
  const lead = `${place}: `
  const {options, rest} = readOptions(words, faults, {context: true, lead})
  for (const word of rest.words) faults.push(`${lead}'${word}' is no option`)
  return options
}
