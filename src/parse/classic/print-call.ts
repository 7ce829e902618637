/** A call as words again: reading them gives the same data. */
import type {ActionCall, CallOptions, CallTarget, ClassicCall} from '../../domain/classic/call.js'
import {quoteWord} from '../../lib/split-words.js'

export function printCall({options, context, targets}: ClassicCall): readonly string[] {
  const behind = [...(context === undefined ? [] : [printContext(context)]), ...targets.map(printTarget)]
  return [...printOptions(options), ...(behind.length === 0 ? [] : ['--', ...behind])]
}

function printOptions({action, letters}: CallOptions): readonly string[] {
  return [
    ...Object.entries(letters).flatMap(([letter, value]) => printOption(letter, value)),
    ...(action === undefined ? [] : ['-a', printAction(action)]),
  ]
}

/** What could be taken for an option is glued to its own. */
function printOption(letter: string, value: string): readonly string[] {
  if (value === '') return [`-${letter}`]
  return value.startsWith('-') ? [`-${letter}=${value}`] : [`-${letter}`, value]
}

function printContext(options: CallOptions): string {
  return `(${printOptions(options).map(quoteWord).join(' ')})`
}

export function printAction({name, words, free}: ActionCall): string {
  const value =
    free ?? words.map((word) => (word.value === undefined ? word.name : `${word.name}:${word.value}`)).join(',')
  return value === '' && free === undefined ? name : `${name}=${value}`
}

function printTarget(target: CallTarget): string {
  const options = target.options === undefined ? '' : printContext(target.options)
  if (target.kind === 'group') return `${target.keyword}{${target.targets.map(printTarget).join(' ')}}${options}`
  return `${target.word}${target.levels.map((level) => `[${level}]`).join('')}${options}`
}
