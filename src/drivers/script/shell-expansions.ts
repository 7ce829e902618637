/** What `$` and backquotes stand for in a script, as far as that can be told without the shell. */
import {posix} from 'node:path'
import {bounded, type Scope, type Word} from './shell-scope.js'

interface Found<T> {
  readonly value: T
  /** Where the text goes on. */
  readonly end: number
}

/** A text as one word of the script. */
type ReadWord = (text: string) => Word

/** `$NAME`, `${NAME}`, the script itself, and the directory of either; anything else is unknown. */
export function expansionAt(text: string, at: number, scope: Scope, wordOf: ReadWord): Found<Word> {
  const {values, path} = scope
  const plain =
    /\$(?:([A-Za-z_][A-Za-z0-9_]{0,99}|0)(?![A-Za-z0-9_[])|\{([A-Za-z_][A-Za-z0-9_]{0,99}|0)(?:\[0\])?(%\/\*)?\})/y
  plain.lastIndex = at
  const [all = '', name, braced, dir] = plain.exec(text) ?? []
  if (all !== '') {
    const key = name ?? braced ?? ''
    const value = key === '0' || key === 'BASH_SOURCE' ? path : key === 'PWD' ? posix.dirname(path) : values.get(key)
    return {value: bounded(dir === undefined ? value : directoryOf(value), scope), end: at + all.length}
  }
  const fallback = /\$\{([A-Za-z_][A-Za-z0-9_]{0,99}|[1-9]):?[-=]([^{}$`"'\\]{0,200})\}/y
  fallback.lastIndex = at
  const [whole = '', own = '', other] = fallback.exec(text) ?? []
  if (whole !== '') return {value: bounded(values.get(own) ?? other, scope), end: at + whole.length}
  const [substituted = '', dollar, ticks] = substitutionAt(text, at)
  if (substituted === '') return {value: undefined, end: behindExpansion(text, at)}
  const value = answerOf((dollar ?? ticks ?? '').trim(), path, wordOf)
  return {value: bounded(value, scope), end: at + substituted.length}
}

/** The words of `${NAME[@]}`, with the quote behind it; none of `$@`: who calls the script gives it none. */
export function arrayAt(
  text: string,
  at: number,
  {quote, scope}: {readonly quote: string; readonly scope: Scope},
): Found<readonly Word[]> | undefined {
  const pattern = /\$(?:[@*]|\{[@*](?::\d{1,3})?\}|\{([A-Za-z_][A-Za-z0-9_]{0,99})\[[@*]\]\})/y
  pattern.lastIndex = at
  const [all, name] = pattern.exec(text) ?? []
  if (all === undefined || !text.startsWith(quote, at + all.length)) return undefined
  const end = at + all.length + quote.length
  if (name === undefined) return {value: [], end}
  const items = scope.lists.get(name) ?? [undefined]
  for (const item of items) bounded(item, scope)
  return {value: scope.left > 0 ? items : [undefined], end}
}

/** `$(...)` or backquotes, where it is as short as those that only tell where the script lies. */
function substitutionAt(text: string, at: number): readonly string[] {
  const pattern = /\$\((?!\()((?:[^()]|\$\([^()]{0,200}\)){0,200})\)|`([^`]{0,200})`/y
  pattern.lastIndex = at
  return pattern.exec(text) ?? []
}

/** What `dirname FILE`, `readlink -f FILE`, `realpath FILE`, `pwd` and `cd DIRECTORY && pwd` print. */
function answerOf(command: string, path: string, wordOf: ReadWord): Word {
  if (command === 'pwd') return posix.dirname(path)
  const [, tool = '', file] = /^(dirname|readlink -f|realpath)(?: --)? (.+)$/s.exec(command) ?? []
  const [, directory] = /^cd (?:-P )?(?:-- )?(.+?)(?:\s*&&\s*|\s*;\s*)pwd(?: -P)?$/s.exec(command) ?? []
  const text = file ?? directory
  if (text === undefined) return undefined
  return tool === 'dirname' ? directoryOf(wordOf(text)) : wordOf(text)
}

function directoryOf(path: Word): Word {
  return path === undefined ? undefined : posix.dirname(path)
}

/** Behind `$(...)`, `\${...}`, `` `...` `` or the sign alone. */
function behindExpansion(text: string, at: number): number {
  const open = text[at + 1]
  if (text[at] === '`') {
    const end = text.indexOf('`', at + 1)
    return end < 0 ? text.length : end + 1
  }
  if (open !== '(' && open !== '{') return at + (open === undefined || ' \t\r\n;&|()<>"\''.includes(open) ? 1 : 2)
  const close = open === '(' ? ')' : '}'
  let depth = 0
  let end = at + 1
  for (; end < text.length; end++) {
    if (text[end] === open) depth++
    else if (text[end] === close && --depth === 0) break
  }
  return end + 1
}
