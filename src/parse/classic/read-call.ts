/** The words of a classic call as data, by the table in src/domain/classic. */
import type {ClassicCall} from '../../domain/classic/call.js'
import {classicActionOf, wordOf} from '../../domain/classic/grammar.js'
import {readOptions} from './read-options.js'
import {openBrackets, readTargets} from './read-targets.js'

export interface ReadCall {
  readonly call: ClassicCall
  /** Long options with their values, as they were typed. */
  readonly long: readonly string[]
}

/** All faults are added to `faults`; then the call is of no use. */
export function readCall(
  words: readonly string[],
  faults: string[],
  valued: ReadonlySet<string> = new Set(),
): ReadCall {
  const {options, rest} = readOptions(words, faults, {long: {valued}}, openBrackets())
  const {W: workspace} = options.letters
  if (workspace !== undefined && rest.words.length === 0) {
    faults.push(`-W ${workspace}: names a workspace for windows, and behind it no host is named`)
  }
  const targets = rest.words.filter((word) => !isSlip(word, options.action?.name, words, faults))
  return {call: {options, ...readTargets(targets, faults)}, long: rest.long}
}

/** A suboption that stands where a host belongs, as recipes have it that were printed on several lines. */
function isSlip(word: string, name: string | undefined, words: readonly string[], faults: string[]): boolean {
  const action = name === undefined ? undefined : classicActionOf(name)
  if (word === '\\' || /^\s*\\?\s*$/.test(word)) {
    faults.push(`'${word}' is no host: a \\ that continues a line is the last character of that line`)
    return true
  }
  const text = word.trim().replace(/^,|,$/g, '')
  const [key = '', ...values] = text.split(',')[0]?.split(':') ?? []
  if (action === undefined || wordOf(action, key) === undefined) return false
  const value = values.join(':')
  const before = words[words.indexOf(word) - 1] ?? ''
  // h1:22 is a host with its port; a bare word is a host unless the one before it ends in a comma
  const isSuboption = values.length > 0 ? !/^[0-9]{1,5}$/.test(value) : /[,\\]$/.test(before) || word.startsWith(',')
  if (!isSuboption) return false
  const comma = before.endsWith(',') ? '' : ' and with a comma between them'
  faults.push(
    `'${word}' is a suboption of ${action.name.toLowerCase()} and no host: it stands behind the others without a blank${comma}`,
  )
  return true
}
