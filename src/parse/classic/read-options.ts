/** Options of one letter, in front of the targets and in context options. The last of one letter counts. */
import type {ActionCall, CallOptions} from '../../domain/classic/call.js'
import {classicOptionOf} from '../../domain/classic/grammar.js'
import {classicOptions, optionsElsewhere} from '../../domain/classic/options.js'
import {classicTypeOf} from '../../domain/classic/session-types.js'
import {readAction} from './read-action.js'
import {readKeywords} from './read-keywords.js'

/** What is left to others: long options, and words that are no option. */
export interface OptionRest {
  readonly long: readonly string[]
  readonly words: readonly string[]
}

export interface ReadRules {
  /** Long options that take a value, `--name`; absent: there are no long options here. */
  readonly long?: {readonly valued: ReadonlySet<string>}
  /** In front of messages: `h1(...): `. */
  readonly lead?: string
  /** Whether only those are allowed that may be different for each target. */
  readonly context?: boolean
}

/**
 * `-X`, `-a list`, `-alist`, `-a=list`, `-nX`. `--` ends the options. `leavesOpen` is told each word that is no option and
 * answers whether the next one belongs to it: then it is a word too.
 */
export function readOptions(
  words: readonly string[],
  faults: string[],
  {long, lead = '', context = false}: ReadRules,
  leavesOpen: (word: string) => boolean = () => false,
): {readonly options: CallOptions; readonly rest: OptionRest} {
  const letters: Record<string, string> = {}
  const rest = {long: [] as string[], words: [] as string[]}
  let action: ActionCall | undefined
  let ended = false
  let open = false
  const fault = (text: string) => faults.push(`${lead}${text}`)
  const take = (letter: string, value: string): void => {
    if (letter === 'a') {
      const own: string[] = []
      action = readAction(value, own)
      for (const one of own) fault(one)
    } else letters[letter] = readValue(letter, value, fault)
  }
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (ended || open || !/^-./s.test(word)) {
      rest.words.push(word)
      open = leavesOpen(word)
    } else if (word === '--') ended = true
    else if (word.startsWith('--')) {
      const short = shortOf(word)
      if (short !== undefined) i += readCluster(short, words[i + 1], {take, fault, context})
      else if (long === undefined) fault(`${word}: only options of one letter stand here`)
      else {
        rest.long.push(word)
        if (long.valued.has(word) && i + 1 < words.length) rest.long.push(words[++i] ?? '')
      }
    } else i += readCluster(word, words[i + 1], {take, fault, context})
  }
  return {options: {letters: sorted(letters), ...(action !== undefined && {action})}, rest}
}

/** `--type=qemu` as `-t=qemu`; undefined for what has no letter. */
function shortOf(word: string): string | undefined {
  const [, name, value = ''] = /^--([\w-]+)(=.*)?$/s.exec(word) ?? []
  const option = classicOptions.find((one) => one.name === name)
  return option === undefined || option.letter === 'h' ? undefined : `-${option.letter}${value}`
}

interface Cluster {
  take(letter: string, value: string): void
  fault(text: string): void
  readonly context: boolean
}

/** How many of the next words it took. */
function readCluster(word: string, next: string | undefined, {take, fault, context}: Cluster): 0 | 1 {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i] ?? ''
    const option = classicOptionOf(letter)
    if (option === undefined) {
      fault(unknownOption(letter, word))
      return 0
    }
    if (context && !option.context) fault(`-${letter}: is for the whole call, in front of the targets`)
    if (option.value === undefined) {
      take(letter, '')
      continue
    }
    const glued = word.slice(word[i + 1] === '=' ? i + 2 : i + 1)
    if (i + 1 < word.length) {
      take(letter, glued)
      return 0
    }
    const optional = option.value.startsWith('[') && letter === 'H'
    if (next === undefined || (optional && next.startsWith('-'))) {
      if (optional) take(letter, '')
      else fault(`-${letter}: has no value (${option.value})`)
      return 0
    }
    if (isOption(next)) {
      const meant = next === '--' ? 'the end of the options' : 'an option'
      fault(`-${letter}: has no value (${option.value}): '${next}' is ${meant}; one that begins so is -${letter}=VALUE`)
      return 0
    }
    take(letter, next)
    return 1
  }
  return 0
}

/** `-a`, `-alist`, `--json`, `--`: no value begins so but for one that is glued to its option. */
function isOption(word: string): boolean {
  return /^--(?:$|[a-z])/.test(word) || (/^-[A-Za-z]/.test(word) && classicOptionOf(word[1] ?? '') !== undefined)
}

function unknownOption(letter: string, word: string): string {
  const owner = Object.hasOwn(optionsElsewhere, letter) ? optionsElsewhere[letter] : undefined
  if (owner !== undefined) return `-${letter}: is an option of ${owner}, not of ctys`
  const other = classicOptions.find((option) => option.letter.toLowerCase() === letter.toLowerCase())
  const near = other === undefined ? '' : ` (-${other.letter}?)`
  return `unknown option -${letter}${word.length > 2 ? ` in ${word}` : ''}${near}`
}

function readValue(letter: string, value: string, fault: (text: string) => void): string {
  const keywords = classicOptionOf(letter)?.keywords
  if (keywords !== undefined) return readKeywords(value, keywords, (text) => fault(`-${letter}: ${text}`))
  if (classicOptionOf(letter)?.value !== undefined && value === '' && letter !== 'H')
    fault(`-${letter}: its value is empty`)
  if (letter === 't' || letter === 'T') {
    const types = value.split(/[,%]/).filter((type) => type !== '')
    if (types.length === 0 && value !== '') fault(`-${letter}: '${value}' names no session type`)
    return types.map(classicTypeOf).join(',')
  }
  return value
}

/** The same options give the same data in whatever order they were typed. */
function sorted(letters: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(letters).sort(([a], [b]) => (a < b ? -1 : 1)))
}
