/** What oclif finds wrong, in the words of ctys. */
import {nearest} from '../../lib/suggest.js'

/** The faults an error of oclif tells, each once; `options` are those of the command, as `--name`. */
export function oclifFaults(message: string, options: readonly string[] = []): readonly string[] {
  // what is wrong with a value stands in a line below its option
  const joined = message.replaceAll(/^Parsing (--[\w-]+) *\n\s*/gm, 'Parsing $1 ')
  const lines = joined.split('\n').map((line) => line.trim())
  const table = lines.findIndex((line) => missing.test(line))
  return [
    ...new Set(
      lines.flatMap((line, index) => {
        if (noise.test(line)) return []
        return table >= 0 && index > table ? [missingWord(line)] : faultsOf(line, options)
      }),
    ),
  ]
}

/** Lines that tell nothing, and one about an order of words that ctys does not ask for. */
const noise =
  /^(?:$|See more help|The following errors? occurred:$|Missing \d+ required|Note: --|Alternatively, you can)/

/** A table of words follows: the name of each, and what it is. */
const missing = /^Missing \d+ required args?:$/

function missingWord(line: string): string {
  const [, name = line, what = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
  return [`${name.toUpperCase()} is missing`, what].filter(Boolean).join(': ')
}

function faultsOf(line: string, options: readonly string[]): readonly string[] {
  const unknown = /^Nonexistent flags?: (.*)$/.exec(line)?.[1]
  if (unknown !== undefined) return unknown.split(', ').map((option) => unknownOption(option, options))
  for (const [pattern, told] of sentences) {
    const found = pattern.exec(line)
    if (found !== null) return [told(...found.slice(1))]
  }
  return [line]
}

/** `--consle`, with the option that was most likely meant. */
function unknownOption(option: string, options: readonly string[]): string {
  const meant = option.startsWith('--') ? nearest(option, options) : undefined
  return `unknown option ${option}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

type Told = (...parts: readonly string[]) => string

const sentences: readonly (readonly [RegExp, Told])[] = [
  // each of two flags may say it of the other
  [
    /^--([\w-]+)(?:=.*)? cannot also be provided when using --([\w-]+)$/,
    (...names) =>
      `${[...names]
        .sort()
        .map((name) => `--${name}`)
        .join(' and ')} exclude each other`,
  ],
  [
    /^All of the following must be provided when using --([\w-]+): (.*)$/,
    (name, others) => `--${name} needs ${others}`,
  ],
  [/^Missing required flag ([\w-]+)$/, (name) => `--${name} is missing`],
  [
    /^Expected --([\w-]+)=(.*) to be one of: (.*)$/,
    (name, given = '', list = '') => {
      const meant = nearest(given, list.split(', '))
      return `--${name}: '${given}' is none of ${list}${meant === undefined ? '' : `; did you mean ${meant}?`}`
    },
  ],
  [/^Expected (.*) to be one of: (.*)$/, (given, list) => `'${given}' is none of ${list}`],
  [/^Flag (--[\w-]+) expects one of these values: (.*)$/, (name, list) => `${name} has no value: one of ${list}`],
  [/^Flag (--[\w-]+) expects a value$/, (name) => `${name} has no value`],
  [/^Flag (--[\w-]+) can only be specified once$/, (name) => `${name} is given more than once`],
  [
    /^Parsing (--[\w-]+) Expected an integer but received: (.*)$/,
    (name, given) => `${name}: '${given}' is no whole number`,
  ],
  [
    /^Parsing (--[\w-]+) Expected an integer (greater|less) than or equal to (\S+) but received: (.*)$/,
    (name, than, limit, given) => `${name}: ${given} is ${than === 'greater' ? 'less' : 'more'} than ${limit}`,
  ],
  [/^Unexpected arguments?: (.*)$/, (words) => `more words than it takes: ${words}`],
]

/** What to say of `inventory chek`, where `commands` are named as oclif has them, `inventory:check`. */
export function unknownSecondWord(argv: readonly string[], commands: readonly string[]): string | undefined {
  const [topic = '', word = ''] = argv
  const seconds = commands.filter((id) => id.startsWith(`${topic}:`)).map((id) => id.slice(topic.length + 1))
  if (seconds.length === 0 || seconds.includes(word)) return undefined
  const meant = nearest(word, seconds)
  const others = meant === undefined ? `there are ${seconds.join(', ')}` : `did you mean ${topic} ${meant}?`
  return `'${topic} ${word}' is no command; ${others}`
}
