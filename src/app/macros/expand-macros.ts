/**
 * Macros in the words of a call: `macro:NAME[%FILE]` or, where more of a name could follow, `{macro:NAME[%FILE]}`,
 * anywhere in a word. The text of a macro may hold macros; without a FILE of their own they are looked for in the file
 * they stand in. Macros are data: nothing in them is run, and blanks separate words only where a whole word is a macro.
 */
import type {MacroFile, MacroSource} from '../../domain/ports/ports.js'
import {nearest} from '../../lib/suggest.js'
import {builtinMacros} from './builtin-macros.js'

/** The file of macros without `%FILE`. */
const defaultFile = 'default'

const deepest = 20
const mostCalls = 1000
const longest = 65_536

const name = '([A-Za-z0-9_-]+)(?:%([A-Za-z_][A-Za-z0-9_./+-]*)(?![A-Za-z0-9_./+:-]))?'
const call = new RegExp(`\\{macro:${name}\\}|(?<![A-Za-z0-9_])macro:${name}`, 'i')
const callOnly = new RegExp(`^(?:\\{macro:${name}\\}|macro:${name})$`, 'i')

/** Quick, and true for everything that may hold a macro. */
export function mayHoldMacro(word: string): boolean {
  return /macro:/i.test(word)
}

interface MacroInput {
  readonly words: readonly string[]
  /** Whether macros in this word count. */
  readonly isOpen?: (word: string, before: string | undefined) => boolean
  /** Whether the word stays one word when it is a macro as a whole: the value of an option. */
  readonly isValue?: (word: string, before: string | undefined) => boolean
}

/** The words with their macros replaced; everything wrong is added to `faults`, and then the words are of no use. */
export async function expandMacros(
  {words, isOpen = () => true, isValue = () => false}: MacroInput,
  source: MacroSource,
  faults: string[],
): Promise<readonly string[]> {
  const files = new Map<string, Promise<MacroFile | undefined>>()
  const expanded: string[] = []
  for (const [index, word] of words.entries()) {
    const before = words[index - 1]
    if (!mayHoldMacro(word) || !isOpen(word, before)) expanded.push(word)
    else {
      const text = await expandText(word, {word, source, files, faults, calls: 0}, [], defaultFile)
      const stays = isValue(word, before) || !callOnly.test(word)
      expanded.push(...(stays ? [text] : text.split(/[ \t]+/)))
    }
  }
  return expanded
}

/** The macro of that name in the user's file `default`; not the built-in one. */
export async function ownMacro(wanted: string, source: MacroSource, faults: string[]): Promise<string | undefined> {
  const own = (await source.load(defaultFile))?.macros.get(wanted)
  if (own === undefined) return undefined
  return expandText(
    own,
    {word: wanted, source, files: new Map(), faults, calls: 0},
    [`${wanted}%${defaultFile}`],
    defaultFile,
  )
}

interface Expansion {
  /** As it was typed. */
  readonly word: string
  readonly source: MacroSource
  readonly files: Map<string, Promise<MacroFile | undefined>>
  readonly faults: string[]
  /** Macros replaced in this word so far. */
  calls: number
}

/** `path`: the macros this text came from, the outermost first; `file`: the one it stands in. */
async function expandText(text: string, state: Expansion, path: readonly string[], file: string): Promise<string> {
  let rest = text
  let done = ''
  for (let found = call.exec(rest); found !== null; found = call.exec(rest)) {
    const [whole, braced, bracedFile, bare = '', bareFile] = found
    const named = bracedFile ?? bareFile
    done += rest.slice(0, found.index)
    rest = rest.slice(found.index + whole.length)
    if (braced === undefined && done.endsWith('{')) fault(state, `'{${whole}': the } is missing`)
    state.calls += 1
    if (state.calls > mostCalls || done.length + rest.length > longest) return tooLong(state)
    const macro = await findMacro(braced ?? bare, {from: named ?? file, isNamed: named !== undefined}, state)
    if (macro === undefined) continue
    const own = `${macro.name}%${macro.file}`
    if (path.includes(own)) fault(state, `macro:${macro.name}: is part of itself`)
    else if (path.length >= deepest) fault(state, `macro:${macro.name}: more than ${deepest} macros inside each other`)
    else done += await expandText(macro.text, state, [...path, own], macro.file)
  }
  if (/(?:^|[{=,])macro:(?=$|[,}%])/i.test(rest)) fault(state, `'${state.word}': names no macro (macro:NAME)`)
  return done.length + rest.length > longest ? tooLong(state) : done + rest
}

/** Ends the whole word. */
function tooLong(state: Expansion): string {
  state.calls = mostCalls
  fault(state, `'${state.word}': becomes too long`)
  return ''
}

interface Macro {
  readonly name: string
  readonly text: string
  /** Where macros in the text are looked for. */
  readonly file: string
}

async function findMacro(
  wanted: string,
  {from, isNamed}: {readonly from: string; readonly isNamed: boolean},
  state: Expansion,
): Promise<Macro | undefined> {
  const loading = state.files.get(from) ?? state.source.load(from)
  state.files.set(from, loading)
  const file = await loading
  if (file === undefined && isNamed) {
    fault(state, `there is no macro file '${from}' in ${state.source.location}`)
    return undefined
  }
  const text = file?.macros.get(wanted) ?? builtinMacros.get(wanted)
  if (text !== undefined) return {name: wanted, text, file: from}
  const near = nearest(wanted, [...(file?.macros.keys() ?? []), ...builtinMacros.keys()])
  const place = file?.file ?? state.source.location
  fault(state, `there is no macro '${wanted}' in ${place}${near === undefined ? '' : ` (${near}?)`}`)
  for (const reason of file?.faults ?? []) fault(state, reason)
  return undefined
}

function fault(state: Expansion, text: string): void {
  if (!state.faults.includes(text)) state.faults.push(text)
}
