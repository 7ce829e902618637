/**
 * The targets of a classic call: `host`, `host(opts)`, `host[one][two](opts)`, `KEYWORD{...}(opts)` and `(opts)` in
 * front of all. An apostrophe beside a bracket is one that no shell took away, as in macros and group files.
 */
import {
  type CallOptions,
  type CallTarget,
  type ClassicCall,
  type GroupKeyword,
  groupKeywords,
} from '../../domain/classic/call.js'
import {splitWords} from '../../lib/split-words.js'
import {suggest} from '../../lib/suggest.js'
import {readOptions} from './read-options.js'

const deepest = 20

const closing: Readonly<Record<string, string>> = {'(': ')', '{': '}', '[': ']'}

/** Whether brackets are still open behind each word; what closes one that is not open counts as nothing. */
export function openBrackets(): (word: string) => boolean {
  const awaited: string[] = []
  return (word) => {
    for (const char of word) {
      const close = closing[char]
      if (close !== undefined) awaited.push(close)
      else if (awaited.at(-1) === char) awaited.pop()
    }
    return awaited.length > 0
  }
}

export type ReadTargets = Pick<ClassicCall, 'context' | 'targets'>

/** Words of one target that a shell took apart are put together again. Faults are added to `faults`. */
export function readTargets(words: readonly string[], faults: string[]): ReadTargets {
  const targets: CallTarget[] = []
  let context: CallOptions | undefined
  for (const text of joined(words)) {
    const reader = new Reader(text, faults)
    const alone = reader.takeOptions()
    if (alone !== undefined && reader.atEnd) {
      if (targets.length === 0 && context === undefined) context = alone
      else faults.push(`'${text}': options of a host stand directly behind it, without a blank; those for all in front`)
      continue
    }
    if (groupKeywords.some((keyword) => keyword === text)) {
      faults.push(`'${text}' takes its targets in braces: ${text}{HOST HOST}`)
      continue
    }
    if (alone !== undefined) faults.push(`'${text}': no host stands in front of these options`)
    const target = reader.takeTarget(0)
    if (target !== undefined) targets.push(target)
    reader.end()
  }
  return {targets, ...(context !== undefined && {context})}
}

function joined(words: readonly string[]): readonly string[] {
  const texts: string[] = []
  const leavesOpen = openBrackets()
  let open = false
  for (const word of words) {
    if (open) texts[texts.length - 1] += ` ${word}`
    else texts.push(word)
    open = leavesOpen(word)
  }
  return texts
}

class Reader {
  #at = 0
  #failed = false
  readonly #text: string
  readonly #faults: string[]

  constructor(text: string, faults: string[]) {
    this.#text = text
    this.#faults = faults
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  end(): void {
    if (!this.#failed && !this.atEnd) this.#fault(strayText(this.#text.slice(0, this.#at), this.#text.slice(this.#at)))
  }

  /** One fault for each target: what follows it is of its making. */
  #fault(problem: string): void {
    if (!this.#failed) this.#faults.push(`target '${shown(this.#text)}': ${problem}`)
    this.#failed = true
    this.#at = this.#text.length
  }

  /** `(...)`, with what is inside; undefined where no such bracket opens. */
  #takeBracket(open: '(' | '['): string | undefined {
    const quoted = this.#text[this.#at] === "'" ? 1 : 0
    if (this.#text[this.#at + quoted] !== open) return undefined
    const start = this.#at + quoted + 1
    let depth = 1
    let end = start
    for (; end < this.#text.length && depth > 0; end++) {
      if (this.#text[end] === open) depth++
      else if (this.#text[end] === closing[open]) depth--
    }
    if (depth > 0) {
      this.#fault(`the ${closing[open]} is missing`)
      return undefined
    }
    this.#at = this.#text[end] === "'" ? end + 1 : end
    return this.#text.slice(start, end - 1)
  }

  takeOptions(): CallOptions | undefined {
    const before = this.#at
    const text = this.#takeBracket('(')
    if (text === undefined) return undefined
    const words = splitWords(text)
    const lead = `${shown(this.#text.slice(0, before))}(...): `
    const {options, rest} = readOptions(words, this.#faults, {context: true, lead})
    for (const word of rest.words) this.#faults.push(`${lead}'${word}' is no option`)
    return options
  }

  takeTarget(depth: number): CallTarget | undefined {
    const group = this.#takeGroup(depth)
    if (group !== undefined || this.#failed) return group
    const word = /^(?:[^\s({['@]*@)*(?:\[[^\]]*\](?::\d+)?|[^\s(){}[\]',]*)/.exec(this.#text.slice(this.#at))?.[0] ?? ''
    if (word === '') {
      this.#fault(this.atEnd ? 'no host name' : `'${this.#text[this.#at]}' begins no host name`)
      return undefined
    }
    this.#at += word.length
    const levels: string[] = []
    for (let level = this.#takeBracket('['); level !== undefined; level = this.#takeBracket('[')) levels.push(level)
    const options = this.takeOptions()
    return {kind: 'host', word, levels, ...(options !== undefined && {options})}
  }

  #takeGroup(depth: number): CallTarget | undefined {
    const [whole, name = ''] = /^([A-Za-z]*)'?\{/.exec(this.#text.slice(this.#at)) ?? []
    if (whole === undefined) return undefined
    const keyword = groupKeywords.find((one) => one === (name.toUpperCase() || 'SUBTASK'))
    if (keyword === undefined) {
      this.#fault(`'${name}' is none of ${groupKeywords.join(', ')}${suggest(name, groupKeywords)}`)
      return undefined
    }
    if (depth >= deepest) {
      this.#fault(`more than ${deepest} groups inside each other`)
      return undefined
    }
    this.#at += whole.length
    const targets = this.#takeMembers(depth)
    if (this.#failed) return undefined
    if (targets.length === 0) this.#fault(`${keyword} names no target`)
    const options = this.takeOptions()
    return {kind: 'group', keyword: keyword as GroupKeyword, targets, ...(options !== undefined && {options})}
  }

  #takeMembers(depth: number): readonly CallTarget[] {
    const targets: CallTarget[] = []
    for (;;) {
      while (/[\s,]/.test(this.#text[this.#at] ?? '')) this.#at++
      if (this.atEnd) {
        this.#fault('the } is missing')
        return targets
      }
      if (this.#text[this.#at] === '}') {
        this.#at += this.#text[this.#at + 1] === "'" ? 2 : 1
        return targets
      }
      const target = this.takeTarget(depth + 1)
      if (target === undefined) return targets
      targets.push(target)
    }
  }
}

/** What is wrong with what stands behind a whole target. */
function strayText(before: string, rest: string): string {
  const opening = Object.entries(closing).find(([, close]) => close === /[)}\]]/.exec(rest)?.[0])?.[0]
  if (/^,/.test(rest) && !/[)}\]]'?$/.test(before)) return 'a blank stands between targets, not a comma'
  if (opening !== undefined && !before.includes(opening)) return `the ${opening} is missing`
  return `nothing may stand behind the bracket, got '${rest}'`
}

/** A line of a message has room for so much of it. */
function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
