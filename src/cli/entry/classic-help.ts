import {classicActionOf} from '../../domain/classic/grammar.js'
import {actionUsage} from '../../report/classic/usage.js'

/**
 * `ctys -H create`, also behind other words of a classic call, and `ctys help create` where that is no command: what the
 * action may be told.
 */
export function classicHelp(argv: readonly string[], commands: readonly string[]): string | undefined {
  const [first = '', topic = ''] = argv
  const isClassic = !commands.some((id) => id.split(':')[0] === first)
  const asked = isClassic ? argv.slice(0, endOfWords(argv)).indexOf('-H') : -1
  const isTopic = first === 'help' && !commands.includes(topic)
  const action = isTopic ? classicActionOf(topic) : asked < 0 ? undefined : classicActionOf(argv[asked + 1] ?? '')
  return action && actionUsage(action)
}

function endOfWords(argv: readonly string[]): number {
  const end = argv.indexOf('--')
  return end < 0 ? argv.length : end
}
