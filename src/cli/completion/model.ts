/** What a completion script has to know of the commands, read from the oclif classes themselves. */
import type {Command} from '@oclif/core/command'
import {consolesThere} from '../../domain/classic/create.js'
import {exportFormats} from '../../domain/inventory/inventory-files.js'
import {scanTypes} from '../../domain/machine/session-types.js'
import {vmStates} from '../../domain/machine/vm-states.js'
import {costs, picks} from '../../query/language/selection.js'
import {topics} from '../manual/topics.js'

/** What may stand as an argument: words of inventory and groups, local files, or anything (''). */
export type WordKind = 'labels' | 'hosts' | 'places' | 'groups' | 'fields' | 'query' | 'actions' | 'files' | 'dirs' | ''

/** The same, or one of a few words without blanks. */
export type ArgumentKind = WordKind | readonly string[]

export interface FlagModel {
  /** `--json`, `-X`. */
  readonly names: readonly string[]
  readonly summary: string
  /** Present when the flag takes a value: what kind, or which. */
  readonly value?: {readonly kind: WordKind; readonly options: readonly string[]}
}

export interface CommandModel {
  /** As it is typed: `list`, `inventory check`. */
  readonly name: string
  readonly summary: string
  readonly flags: readonly FlagModel[]
  /** Of the arguments in their order; the last goes on. */
  readonly kinds: readonly ArgumentKind[]
}

type Loadable = Pick<Command.Loadable, 'id' | 'summary' | 'hidden' | 'flags' | 'args'>

export function modelOf(commands: readonly Loadable[]): readonly CommandModel[] {
  return commands
    .filter(({hidden}) => hidden !== true)
    .map(({id, summary = '', flags, args}) => ({
      name: id.replaceAll(':', ' '),
      summary,
      flags: Object.values(flags)
        .filter(({hidden}) => hidden !== true)
        .map(flagModel),
      kinds: Object.keys(args).map((name) => argumentKinds[name] ?? ''),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** By the names the commands give their arguments; a test fails when one of them is not here. */
export const argumentKinds: Readonly<Record<string, ArgumentKind>> = {
  machine: 'labels',
  from: 'labels',
  to: 'labels',
  hosts: 'hosts',
  places: 'places',
  targets: 'hosts',
  groups: 'groups',
  words: 'query',
  file: 'files',
  files: 'files',
  shell: shells,
  format: exportFormats,
  pattern: '',
  kind: '',
  topic: Object.keys(topics),
  name: '',
  strokes: '',
  ports: '',
  command: '',
  machines: 'places',
  settings: '',
  how: '',
  text: '',
}

function flagModel({name, char, type, description = '', ...flag}: Loadable['flags'][string]): FlagModel {
  const names = [`--${name}`, ...(char === undefined ? [] : [`-${char}`])]
  if (type === 'boolean') return {names, summary: description}
  const helpValue = 'helpValue' in flag ? String(flag.helpValue) : ''
  const [word = ''] = /^[A-Z]+/.exec(helpValue) ?? []
  const isActing = word === 'TYPE' && 'default' in flag && flag.default !== undefined
  const kind = isActing ? actingTypes(String(flag.default)) : (valueKinds[word] ?? '')
  const words = typeof kind === 'string' ? [] : kind
  const options = 'options' in flag ? (flag.options ?? words) : words
  return {names, summary: description, value: {kind: typeof kind === 'string' ? kind : '', options}}
}

/** Of a command that acts on machines of one type, or of all: what is only listed is refused there. */
function actingTypes(preset: string): ArgumentKind {
  return [...new Set([preset, ...Object.keys(consolesThere)])]
}

/** What the value of a flag may be, by the first word of its help value; of a list, its first word. */
const valueKinds: Readonly<Record<string, ArgumentKind>> = {
  DIR: 'dirs',
  FILE: 'files',
  HOST: 'hosts',
  QUESTION: 'query',
  FIELD: 'fields',
  TYPE: Object.keys(scanTypes),
  STATE: ['ALL', ...vmStates],
  FILTER: picks,
  COST: Object.keys(costs),
  ACTION: 'actions',
}

/** Words of the command line in front of which the command stands; `inventory` where `inventory check` is one. */
export function firstWords(commands: readonly CommandModel[]): readonly string[] {
  return [...new Set(commands.map(({name}) => name.split(' ')[0] ?? ''))]
}

/** Second words of the commands that have one, by the first. */
export function secondWords(commands: readonly CommandModel[]): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, readonly string[]>()
  for (const {name} of commands) {
    const [first = '', second] = name.split(' ')
    if (second !== undefined) words.set(first, [...(words.get(first) ?? []), second])
  }
  return words
}
