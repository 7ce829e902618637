import {type ArgumentKind, type CommandModel, type FlagModel, firstWords, secondWords} from './model.js'

/** The completion script for fish; its completions are declared one by one, with the summaries as descriptions. */
export function fishScript(commands: readonly CommandModel[]): string {
  const second = secondWords(commands)
  return [
    '# fish completion for ctys, made by: ctys completion fish',
    '# load it with: ctys completion fish | source',
    functions,
    'complete -c ctys -f',
    ...firstWords(commands).map((word) => {
      const summary = commands.find(({name}) => name === word)?.summary ?? `${word} ...`
      return `complete -c ctys -n '__ctys_begins' -a ${quote(word)} -d ${quote(summary)}`
    }),
    ...[...second].flatMap(([first, words]) =>
      words.map((word) => `complete -c ctys -n '__ctys_begins ${first}' -a ${quote(word)}`),
    ),
    ...commands.flatMap(commandLines),
    '',
  ].join('\n')
}

/** `__ctys_begins WORD...`: nothing but these words stands before the cursor. `__ctys_in` is true behind a command. */
const functions = `function __ctys_begins
    set -l before (commandline -opc)[2..-1]
    test (count $before) -eq (count $argv); and test "$before" = "$argv"
end
function __ctys_in
    set -l before (commandline -opc)[2..-1]
    if test "$argv" = run
        string match -q -- '-*' $before[1]; and return 0
    end
    set -l words (count $argv)
    test (count $before) -ge $words; and test "$before[1..$words]" = "$argv"
end
function __ctys_position
    # how many arguments stand behind the command of so many words; the rest are flags that take a value
    set -l before (commandline -opc)[2..-1]
    set -l valued $argv[2..-1]
    set -l skip 0
    set -l position 0
    # a classic call has no command in front
    string match -q -- '-*' $before[1]; and set argv[1] 0
    set -l first (math $argv[1] + 1)
    for word in $before[$first..-1]
        if test $skip -eq 1
            set skip 0
        else if contains -- $word $valued
            set skip 1
        else if not string match -q -- '-*' $word
            set position (math $position + 1)
        end
    end
    echo $position
end
function __ctys_words
    command ctys completion --words $argv[1] (commandline -ct) 2>/dev/null
end`

function commandLines({name, flags, kinds}: CommandModel): readonly string[] {
  const within = `__ctys_in ${name}`
  const valued = flags.filter(({value}) => value !== undefined).flatMap(({names}) => names)
  const position = ['__ctys_position', String(name.split(' ').length), ...valued].join(' ')
  return [
    ...flags.map((flag) => flagLine(within, flag)),
    ...kinds.flatMap((kind, index) => {
      const words = wordsOf(kind)
      if (words === undefined) return []
      const comparison = index === kinds.length - 1 ? '-ge' : '-eq'
      const condition = `${within}; and test (${position}) ${comparison} ${index}`
      return [`complete -c ctys -n ${quote(condition)} ${words}`]
    }),
  ]
}

function flagLine(within: string, {names, summary, value}: FlagModel): string {
  const forms = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
  const words = value === undefined ? '' : ` -r ${valueWords(value)}`
  return `complete -c ctys -n ${quote(within)} ${forms}${words} -d ${quote(summary)}`
}

function valueWords({kind, options}: NonNullable<FlagModel['value']>): string {
  return wordsOf(options.length > 0 ? options : kind) ?? '-f'
}

function wordsOf(kind: ArgumentKind): string | undefined {
  if (typeof kind !== 'string') return `-f -a ${quote(kind.join(' '))}`
  switch (kind) {
    case 'labels':
    case 'hosts':
    case 'places':
    case 'groups':
    case 'fields':
    case 'query':
    case 'actions':
      return `-f -a '(__ctys_words ${kind})'`
    case 'files':
      return '-F'
    case 'dirs':
      return `-f -a '(__fish_complete_directories (commandline -ct))'`
    case '':
      return undefined
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
