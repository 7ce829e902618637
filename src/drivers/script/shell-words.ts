/**
 * The commands of a shell script as far as their words are literal; nothing is executed. Variables and arrays that the
 * script sets to literals before are put in, what tells where the script lies is known (`$(dirname "$0")`), its own
 * arguments are none, and whatever else the shell would expand makes a word unknown. Branches and loops are read as if each of them ran, once. Linear.
 */
import {arrayAt, expansionAt} from './shell-expansions.js'
import {bounded, mostBytes, mostWords, type Scope, type Word} from './shell-scope.js'

export type {Word} from './shell-scope.js'
export type Command = readonly Word[]

export function readCommands(text: string, path: string): readonly Command[] {
  const scope: Scope = {path, values: new Map(), lists: new Map(), left: mostBytes}
  const commands: Command[] = []
  let current: Word[] = []
  let words = 0
  const end = () => {
    if (current.length > 0) commands.push(current)
    current = []
  }
  const reader = new Reader(text, scope)
  while (!reader.isDone && words < mostWords) {
    const token = reader.next(current.length === 0)
    if (token === 'end') end()
    else if (token !== 'assignment') {
      words += token.length
      current.push(...token)
    }
  }
  end()
  return commands
}

class Reader {
  #at = 0
  readonly #text: string
  readonly #scope: Scope

  constructor(text: string, scope: Scope) {
    this.#text = text
    this.#scope = scope
  }

  get isDone(): boolean {
    return this.#at >= this.#text.length
  }

  /** The words that the next word of the script becomes; `end` = of a command. */
  next(mayAssign: boolean): readonly Word[] | 'end' | 'assignment' {
    this.#blanks()
    const char = this.#text[this.#at]
    if (char === undefined) return 'end'
    if (char === '#') {
      const line = this.#text.indexOf('\n', this.#at)
      this.#at = line < 0 ? this.#text.length : line
      return 'end'
    }
    if ('\n;&|(){}<>'.includes(char)) {
      this.#at++
      return 'end'
    }
    const name = mayAssign ? this.#assigned() : undefined
    if (name === undefined) return this.#word()
    this.#assign(name)
    return 'assignment'
  }

  #blanks(): void {
    for (;;) {
      const char = this.#text[this.#at]
      if (char === ' ' || char === '\t' || char === '\r') this.#at++
      else if (char === '\\' && /^\\\r?\n/.test(this.#text.slice(this.#at, this.#at + 3)))
        this.#at = this.#text.indexOf('\n', this.#at) + 1
      else return
    }
  }

  /** `NAME=` or `NAME+=` at this place. */
  #assigned(): {readonly name: string; readonly adds: boolean} | undefined {
    const pattern =
      /(?:(?:export|local|readonly|declare|typeset)[ \t]+(?:-[a-zA-Z]+[ \t]+)*)?([A-Za-z_][A-Za-z0-9_]{0,99})(\+?)=/y
    pattern.lastIndex = this.#at
    const [all = '', name = '', plus = ''] = pattern.exec(this.#text) ?? []
    if (name === '') return undefined
    this.#at += all.length
    return {name, adds: plus === '+'}
  }

  #assign({name, adds}: {readonly name: string; readonly adds: boolean}): void {
    const {values, lists} = this.#scope
    if (this.#text[this.#at] === '(') {
      this.#at++
      const before = adds ? (lists.get(name) ?? []) : []
      lists.set(name, [...before, ...this.#list()].slice(0, mostWords))
      return
    }
    const char = this.#text[this.#at] ?? '\n'
    const [word = '', ...others] = ' \t\r\n;&|'.includes(char) ? [''] : this.#word()
    const before = adds && values.has(name) ? values.get(name) : ''
    const value = others.length > 0 || word === undefined || before === undefined ? undefined : before + word
    values.set(name, bounded(value, this.#scope))
  }

  #list(): readonly Word[] {
    const words: Word[] = []
    for (;;) {
      this.#blanks()
      const char = this.#text[this.#at]
      if (char === undefined || char === ')') {
        this.#at++
        return words
      }
      if (char === '\n') this.#at++
      else if (char === '#') this.#at = this.#lineEnd()
      else if (';&|(<>'.includes(char)) this.#at++
      else words.push(...this.#word())
    }
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at)
    return end < 0 ? this.#text.length : end
  }

  /** One word as a rule; a variable without quotes may become several, an array too. */
  #word(): readonly Word[] {
    let text: Word = ''
    let quoted = false
    const list: Word[] = []
    const add = (part: Word) => {
      text = text === undefined || part === undefined ? undefined : text + part
    }
    for (;;) {
      const char = this.#text[this.#at]
      if (char === undefined || ' \t\r\n;&|()<>'.includes(char)) break
      if (char === "'") {
        const end = this.#text.indexOf("'", this.#at + 1)
        add(this.#text.slice(this.#at + 1, end < 0 ? undefined : end))
        this.#at = end < 0 ? this.#text.length : end + 1
        quoted = true
      } else if (char === '"') {
        this.#at++
        quoted = true
        const items = this.#array('"')
        if (items === undefined) add(this.#doubleQuoted())
        else list.push(...items)
      } else if (char === '\\') {
        if (this.#text[this.#at + 1] === '\n') this.#at += 2
        else {
          add(this.#text[this.#at + 1] ?? '')
          this.#at += 2
        }
      } else if (char === '$' || char === '`') {
        const items = this.#array('')
        if (items !== undefined) list.push(...items)
        else {
          const value = this.#expansion()
          // the shell splits it at its blanks
          if (value !== undefined && /\s/.test(value)) {
            const [first = '', ...rest] = value.trim().split(/\s+/)
            add(first)
            if (rest.length > 0) {
              list.push(text, ...rest.slice(0, -1))
              text = rest.at(-1) ?? ''
            }
          } else add(value)
        }
      } else {
        const from = this.#at
        while (this.#at < this.#text.length && !' \t\r\n;&|()<>\'"\\$`'.includes(this.#text[this.#at] ?? ' '))
          this.#at++
        add(this.#text.slice(from, this.#at))
      }
    }
    // a variable that is empty and stands alone is no word
    return text === '' && !quoted ? list : text === '' && list.length > 0 ? list : [...list, text]
  }

  #doubleQuoted(): Word {
    let text: Word = ''
    for (;;) {
      const char = this.#text[this.#at]
      if (char === undefined) return text
      if (char === '"') {
        this.#at++
        return text
      }
      let part: Word
      if (char === '\\') {
        const next = this.#text[this.#at + 1] ?? ''
        part = next === '\n' ? '' : '$`"\\'.includes(next) ? next : `\\${next}`
        this.#at += 2
      } else if (char === '$' || char === '`') part = this.#expansion()
      else {
        const from = this.#at
        while (this.#at < this.#text.length && !'"\\$`'.includes(this.#text[this.#at] ?? '"')) this.#at++
        part = this.#text.slice(from, this.#at)
      }
      text = text === undefined || part === undefined ? undefined : text + part
    }
  }

  #expansion(): Word {
    const {value, end} = expansionAt(this.#text, this.#at, this.#scope, (text) => this.#onlyWord(text))
    this.#at = end
    return value
  }

  /** The words of an array, with the quote behind it; undefined where there is none here. */
  #array(quote: string): readonly Word[] | undefined {
    const found = arrayAt(this.#text, this.#at, {quote, scope: this.#scope})
    if (found !== undefined) this.#at = found.end
    return found?.value
  }

  /** The text as one word; undefined where it is more. */
  #onlyWord(text: string): Word {
    const inner = new Reader(text, this.#scope)
    const [word, ...others] = inner.#word()
    return others.length > 0 || !inner.isDone ? undefined : word
  }
}
