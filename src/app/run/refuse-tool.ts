import {classicToolOf} from '../../domain/classic/tools.js'
import {ConfigError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {isKnownWord} from './refuse-mistyped.js'

/**
 * A program of the original in the place of a command (`ctys plugins -T all -E`) is never a host, unless a group or a
 * known host has that name. Throws ConfigError UNSUPPORTED.
 */
export async function refuseTool(
  word: string,
  context: Pick<CommandContext, 'groups' | 'inventory' | 'knowsHost' | 'signal'>,
): Promise<void> {
  const tool = classicToolOf(word)
  if (tool === undefined || (await isKnownWord(word, context))) return
  const name = `ctys-${tool.name}`
  if (tool.command !== undefined) {
    throw new ConfigError('UNSUPPORTED', `${name} stands before its options: ctys ${tool.command} ...`, {
      hint: `ctys ${tool.command} --help`,
    })
  }
  throw new ConfigError('UNSUPPORTED', `${name} is not there yet (${tool.about})`, {
    hint: tool.instead ?? 'ctys help classic shows what is there',
  })
}
