import {classicActionOf} from '../../domain/classic/grammar.js'
import {actionUsage} from '../../report/classic/usage.js'

/** `ctys -H create`, and `ctys help create` where that is no command: what the action may be told. */
export function classicHelp([first, topic = '']: readonly string[], commands: readonly string[]): string | undefined {
  const asks = first === '-H' || (first === 'help' && !commands.includes(topic))
  const action = asks ? classicActionOf(topic) : undefined
  return action && actionUsage(action)
}
