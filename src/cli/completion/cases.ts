/**
 * What bash and zsh share: two functions that only look up constants, in the words of POSIX sh. Each answers in
 * variables of its caller, so no process is started for it.
 */
import {type ArgumentKind, type CommandModel, secondWords} from './model.js'

/**
 * `_ctys_flags COMMAND` sets `flags` and `kinds` (the last kind goes on); `_ctys_value COMMAND FLAG` sets `kind` to
 * `none` for a flag without a value, to a kind of word, or to `=WORD|WORD...`, the words that can stand there;
 * `_ctys_second WORD` sets `seconds`.
 */
export function caseFunctions(commands: readonly CommandModel[]): string {
  return [
    '_ctys_flags() {',
    '  flags= kinds=',
    '  case $1 in',
    ...commands.map(({name, flags, kinds}) => {
      const names = flags.flatMap((flag) => flag.names).join(' ')
      return `    ${quote(name)}) flags=${quote(names)} kinds=${quote(kinds.map(kindWord).join(' '))} ;;`
    }),
    '  esac',
    '}',
    '_ctys_value() {',
    '  kind=none',
    '  case "$1 $2" in',
    ...commands.flatMap(({name, flags}) =>
      flags.flatMap(({names, value}) =>
        value === undefined
          ? []
          : [`    ${names.map((flag) => quote(`${name} ${flag}`)).join('|')}) kind=${quote(valueWord(value))} ;;`],
      ),
    ),
    '  esac',
    '}',
    '_ctys_second() {',
    '  seconds=',
    '  case $1 in',
    ...[...secondWords(commands)].map(([first, words]) => `    ${quote(first)}) seconds=${quote(words.join(' '))} ;;`),
    '  esac',
    '}',
    '',
  ].join('\n')
}

function kindWord(kind: ArgumentKind): string {
  if (typeof kind !== 'string') return `=${kind.join('|')}`
  return kind === '' ? 'any' : kind
}

function valueWord({kind, options}: {readonly kind: ArgumentKind; readonly options: readonly string[]}): string {
  return kindWord(options.length > 0 ? options : kind)
}

/** Our own constants; quoted all the same. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
