/**
 * `ACTION[=SUBOPTIONS]` by the table: `=` ends the action, `,` separates suboptions, the first `:` ends a key. The words
 * come back by their first names; of one that is given twice the last counts. Whether the session type has them, and
 * what their values mean, is judged later.
 */

import {addressWords} from '../../domain/classic/address.js'
import type {ActionCall, GivenWord} from '../../domain/classic/call.js'
import {severalCancelled} from '../../domain/classic/cancel.js'
import {classicActionOf, classicActions, wordOf, wordsOf} from '../../domain/classic/grammar.js'
import type {ClassicAction, Word} from '../../domain/classic/word.js'
import {type Suboption, splitAction} from '../../lib/split-suboptions.js'
import {suggest, suggestOrList} from '../../lib/suggest.js'

/** Faults are added to `faults`; what could be read comes back all the same, undefined for an unknown action. */
export function readAction(text: string, faults: string[]): ActionCall | undefined {
  const {verb, suboptions} = splitAction(text)
  const action = classicActionOf(verb)
  if (action === undefined) {
    const known = classicActions.map(({name}) => name)
    const there = classicActions.flatMap(({name, verb: does}) => (does === undefined ? [] : [name]))
    faults.push(
      verb === ''
        ? `-a: names no action${suggestOrList('', there)}`
        : `-a: unknown action '${verb.toLowerCase()}'${suggest(verb, known) || suggestOrList(verb, there)}`,
    )
    return undefined
  }
  if (action.free !== undefined) {
    const equals = text.indexOf('=')
    return {name: action.name, words: [], ...(equals >= 0 && {free: text.slice(equals + 1)})}
  }
  const words = joinLists(action, suboptions).flatMap((suboption) => readWord(action, suboption, faults))
  return {name: action.name, words: lastOfEach(action, words)}
}

/** KERNEL takes a list with commas: what follows it and is no word of the action belongs to it. */
function joinLists(action: ClassicAction, suboptions: readonly Suboption[]): readonly Suboption[] {
  const joined: Suboption[] = []
  for (const suboption of suboptions) {
    const before = joined.at(-1)
    const lists = before !== undefined && wordOf(action, before.key)?.value?.includes(',')
    if (before === undefined || !lists || wordOf(action, suboption.key) !== undefined) joined.push(suboption)
    else joined[joined.length - 1] = {...before, args: `${before.args ?? ''},${suboption.text}`}
  }
  return joined
}

function readWord(action: ClassicAction, suboption: Suboption, faults: string[]): readonly GivenWord[] {
  const {key, args} = suboption
  const word = wordOf(action, key)
  const lead = action.name.toLowerCase()
  const lost = word === undefined ? slipIn(action, suboption.text) : undefined
  if (lost !== undefined) {
    faults.push(`${lead}: a comma is missing in front of '${lost}': '${suboption.text}'`)
    return []
  }
  if (word === undefined && action.fields && !key.includes(' '))
    return [{name: key, ...(args !== undefined && {value: args})}]
  if (word === undefined) {
    faults.push(`${lead}: ${unknownWord(action, suboption)}`)
    return []
  }
  const fault = valueFault(word, args)
  if (fault !== undefined) faults.push(`${lead}: ${fault}`)
  return [{name: word.names[0], ...(args !== undefined && {value: args}), ...(fault !== undefined && {wrong: true})}]
}

/** With what was most likely meant: a word of the action, a label, or a word of another action. */
function unknownWord(action: ClassicAction, {key, args, text}: Suboption): string {
  const known = wordsOf(action).flatMap(({names}) => names)
  if (known.length === 0) return `takes no suboptions, got '${text}'`
  const unknown = `unknown suboption '${key.toLowerCase()}'`
  const near = suggest(key, known)
  if (near !== '') return `${unknown}${near}`
  const owners = classicActions.filter((other) => other !== action && wordOf(other, key) !== undefined)
  if (owners.length > 0) return `${unknown}, it is one of ${owners.map(({name}) => name.toLowerCase()).join(' and ')}`
  const label = args === undefined ? text.replace(/^(?:l|label)=/i, '') : ''
  return /^[\w-]{2,}$/.test(label) && action.address === 'machine' ? `${unknown} (l:${label}?)` : unknown
}

function valueFault({names, value}: Word, args: string | undefined): string | undefined {
  const name = names[0].toLowerCase()
  if (value === undefined && args !== undefined) return `${name} takes no value, got '${args}'`
  const optional = value === undefined || value.startsWith('[')
  if (!optional && (args === undefined || args === '')) return `${name}: has no value (${name}:${value})`
  return undefined
}

/** `reuse b:/vm`, as printed recipes have it where a line was continued: the word behind the blank. */
function slipIn(action: ClassicAction, text: string): string | undefined {
  const [, first = '', rest = ''] = /^(\S*?)\\?\s+(\S.*)$/s.exec(text) ?? []
  const keyOf = (part: string) => part.split(':', 1)[0] ?? ''
  const known = (part: string) => part !== '' && wordOf(action, keyOf(part)) !== undefined
  return known(rest) && (first === '' || known(first)) ? rest : undefined
}

/** Fields of records may stand twice, and so may machines where several can be cancelled. */
function lastOfEach(action: ClassicAction, words: readonly GivenWord[]): readonly GivenWord[] {
  const isField = ({name}: GivenWord) => action.fields === true && wordOf(action, name) === undefined
  const isAddress = ({name}: GivenWord) => addressWords.some(({names}) => names[0] === name)
  const several = (word: GivenWord) => action.name === 'CANCEL' && severalCancelled.length > 0 && isAddress(word)
  return words.filter(
    (word, i) => isField(word) || several(word) || !words.slice(i + 1).some(({name}) => name === word.name),
  )
}
