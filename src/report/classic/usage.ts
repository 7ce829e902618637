/** The grammar of the classic call as text: usage lines for help, and the tables of docs/classic.md. */
import {consolesThere} from '../../domain/classic/create.js'
import {classicActions, wordsOf} from '../../domain/classic/grammar.js'
import {classicOptions} from '../../domain/classic/options.js'
import {classicTypes, insteadOf} from '../../domain/classic/session-types.js'
import {classicTools} from '../../domain/classic/tools.js'
import type {ClassicAction, Word} from '../../domain/classic/word.js'

/** `ACTION=...` with everything it may be told, a suboption a line; upper case, as it is printed. */
export function actionUsage(action: ClassicAction): string {
  const words = wordsOf(action).map((word) => `  ${wordShape(word).padEnd(46)} ${aboutOf(word)}`)
  const head = action.free !== undefined ? `${action.name}=${action.free}` : action.name
  const fields = action.fields === true ? [`${'  FIELD,...'.padEnd(49)}fields of its records, by name`] : []
  return [`${head}: ${action.about}`, ...fields, ...words].map((line) => `${line}\n`).join('')
}

function wordShape({names, value}: Word): string {
  const name = names.length > 1 ? `(${names.join('|')})` : names[0]
  if (value === undefined) return name
  return value.startsWith('[') ? `${name}[:${value.slice(1)}` : `${name}:${value}`
}

function aboutOf({about, types, standing}: Word): string {
  const only = types === undefined ? '' : ` (${types.join(', ')})`
  const here = standing === 'missing' ? '; not there yet' : ''
  return `${about}${only}${here}`
}

/** Tables in Markdown. */
export function typeTable(driven: readonly string[]): string {
  const rows = Object.entries(classicTypes).map(([type, {about, consoles}]) => {
    const there = driven.includes(type) ? (consolesThere[type] ?? []) : []
    const other = insteadOf(type)
    const lacking = other === undefined ? 'not yet' : `not yet; \`${other}\``
    return [type, about, consoles.join(' '), driven.includes(type) ? `yes; consoles ${there.join(' ')}` : lacking]
  })
  return table(['Type', 'Is', 'Consoles', 'Here'], rows)
}

export function actionTables(): string {
  return classicActions
    .map((action) => {
      const state = action.verb === undefined ? ` Not there yet${instead(action)}.` : ''
      const head = `### ${action.name}\n\n${capital(action.about)}.${state}\n`
      const words = wordsOf(action)
      if (words.length === 0) return head
      const rows = words.map((word) => [
        `\`${wordShape(word)}\``,
        word.about,
        (word.types ?? ['all']).join(' '),
        hereOf(word),
      ])
      return `${head}\n${table(['Suboption', 'Means', 'Types', 'Here'], rows)}`
    })
    .join('\n')
}

function instead({instead: other}: ClassicAction): string {
  return other === undefined ? '' : `; meanwhile \`${other}\``
}

function hereOf({standing, secret, instead, harmless = []}: Word): string {
  if (standing === 'ignored') return secret ? 'changes nothing; credentials are refused' : 'changes nothing'
  if (standing === undefined) return 'yes'
  if (harmless.length > 0) return `not yet, but ${harmless.join(', ')}`
  return instead === undefined ? 'not yet' : `not yet; ${instead}`
}

export function optionTable(): string {
  const rows = classicOptions.map(({letter, name, value, about, here}) => {
    const shape = value === undefined ? '' : ` ${value}`
    return [`\`-${letter}${shape}\`, \`--${name}\``, about, here]
  })
  return table(['Option', 'Means', 'Here'], rows)
}

export function toolTable(): string {
  const rows = classicTools.map(({name, about, command, instead = ''}) => [
    `ctys-${name}`,
    about,
    command === undefined ? 'not yet' : `\`ctys ${command}\``,
    instead,
  ])
  return table(['Program', 'Is for', 'Here', 'Meanwhile'], rows)
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return [line(headings), `|${'---|'.repeat(headings.length)}\n`, ...rows.map(line)].join('')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
