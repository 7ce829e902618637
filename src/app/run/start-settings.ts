import {UsageError} from '../../domain/errors.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Action} from '../../domain/work/verbs.js'

/** What the call itself says of how machines are started. */
export interface StartOptions {
  readonly allowVncNetwork?: boolean | undefined
}

/** The action with what the call and the settings of the user say of a start. Throws UsageError, ConfigError. */
export async function withStartSettings(
  action: Action,
  {allowVncNetwork = false}: StartOptions,
  {settings}: AppContext,
): Promise<Action> {
  if (action.verb !== 'create' || action.ask.mode === 'connect') {
    if (allowVncNetwork) throw new UsageError(['--allow-vnc-network: only where a machine is started'])
    return action
  }
  const allows = allowVncNetwork || (await settings.load()).vncNetwork === 'allow'
  return allows ? {...action, ask: {...action.ask, vncNetwork: 'allow'}} : action
}
