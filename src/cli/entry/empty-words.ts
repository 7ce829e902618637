/**
 * An empty value on the command line is most likely a variable of a script without a value (`--cacheDB=$UNSET`); taken
 * as "not given" it would mean everything, or the inventory of the user. So it is a fault, for every flag alike.
 */
import type * as Interfaces from '@oclif/core/interfaces'

/** What a flag names, by the first word of its help value; the lists may hold separators. */
const named: Readonly<Record<string, {readonly what: string; readonly separators?: RegExp}>> = {
  DIR: {what: 'directory', separators: /[,%:]/g},
  FILE: {what: 'file'},
  USER: {what: 'user'},
  HOST: {what: 'host'},
  TYPE: {what: 'session type', separators: /[,%]/g},
  STATE: {what: 'state', separators: /[,%]/g},
  FIELD: {what: 'field', separators: /,/g},
  DURATION: {what: 'duration'},
}

/** The same for arguments, by their names; words to look for may be empty. */
const namedArguments: Readonly<Record<string, string>> = {machine: 'machine', file: 'file', files: 'file'}

type Flags = Readonly<Record<string, {readonly type: string; readonly helpValue?: unknown}>>

/** One fault for each empty word among those that oclif read; an empty variable of the environment is none of them. */
export function emptyWordFaults(
  words: readonly Interfaces.ParserOutput['raw'][number][],
  {flags, args}: {readonly flags: Flags; readonly args: readonly string[]},
): readonly string[] {
  return words.flatMap((word) => {
    if (word.type === 'arg') {
      // behind the last argument the words go on without a name
      const what = namedArguments[word.arg ?? args.at(-1)]
      return word.input === '' && what !== undefined ? [`'' names no ${what}`] : []
    }
    const flag = flags[word.flag]
    if (flag?.type !== 'option') return []
    const kind = named[/^[A-Z]+/.exec(String(flag.helpValue))?.[0] ?? '']
    if (word.input.replaceAll(kind?.separators ?? '', '') !== '') return []
    return [`--${word.flag}: ${kind === undefined ? 'has no value' : `names no ${kind.what}`}`]
  })
}
