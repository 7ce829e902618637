/** The page of one command, made of what its class says to oclif. */
import type {Command} from '@oclif/core/command'
import type {Block} from './markdown.js'

/** The static part of a command, as the command table has it. */
export type Described = Pick<
  Command.Class,
  'summary' | 'description' | 'examples' | 'flags' | 'args' | 'baseFlags' | 'strict'
>

interface FlagFacts {
  readonly char?: string | undefined
  readonly description?: string | undefined
  readonly hidden?: boolean | undefined
  readonly helpValue?: unknown
  readonly options?: readonly string[] | undefined
  readonly default?: unknown
  readonly type: 'boolean' | 'option'
}

/** `name` as it is typed: `inventory check`. */
export function commandBlocks(name: string, command: Described): readonly Block[] {
  const words = (text: string) => plainHelp(text)
  const args = Object.entries(command.args ?? {}).filter(([, {hidden}]) => hidden !== true)
  const flags = Object.entries(command.flags ?? {}) as [string, FlagFacts][]
  const shown = flags.filter(([, {hidden}]) => hidden !== true).sort(([one], [other]) => (one < other ? -1 : 1))
  const synopsis = ['ctys', name, ...args.map(([arg]) => `[${arg.toUpperCase()}...]`), '[OPTIONS]'].join(' ')
  const examples = (command.examples ?? []).flatMap((example) => (typeof example === 'string' ? [words(example)] : []))
  return [
    {kind: 'heading', level: 2, text: 'Synopsis'},
    {kind: 'code', lines: [synopsis]},
    {kind: 'heading', level: 2, text: 'Description'},
    {kind: 'text', text: words(command.description ?? command.summary ?? '')},
    ...tableOf(
      'Arguments',
      args.map(([arg, {description = ''}]) => [arg.toUpperCase(), words(description)]),
    ),
    ...tableOf(
      'Options',
      shown.map(([flag, facts]) => [flagText(flag, facts), words(flagDescription(facts))]),
    ),
    ...(examples.length === 0
      ? []
      : [{kind: 'heading', level: 2, text: 'Examples'} as const, {kind: 'code', lines: examples} as const]),
    {kind: 'heading', level: 2, text: 'See also'},
    {kind: 'text', text: 'ctys(1), ctys-exit-codes(7), ctys-command-line(7)'},
  ]
}

function tableOf(text: string, rows: readonly (readonly string[])[]): readonly Block[] {
  return rows.length === 0
    ? []
    : [
        {kind: 'heading', level: 2, text},
        {kind: 'table', heads: [], rows},
      ]
}

function flagText(name: string, {char, type, helpValue, options}: FlagFacts): string {
  const value =
    type === 'boolean' ? '' : ` ${options?.join('|') ?? (helpValue === undefined ? 'VALUE' : String(helpValue))}`
  return `${char === undefined ? '' : `-${char}, `}--${name}${value}`
}

function flagDescription({description = '', default: preset}: FlagFacts): string {
  return typeof preset === 'string' || typeof preset === 'number' ? `${description} (default ${preset})` : description
}

/** Without the places that oclif fills in. */
export function plainHelp(text: string): string {
  return text.replaceAll('<%= config.bin %>', 'ctys')
}
