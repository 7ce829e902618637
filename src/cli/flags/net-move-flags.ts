import * as Flags from '@oclif/core/flags'
import {type ConnectionFlags, commonFlags, connectionFlags} from './flags.js'

/** Flags of every command about the network of hosts. */
export const netFlags = {
  ...commonFlags,
  'dry-run': Flags.boolean({char: 'n', description: 'show the plan, connect to nothing'}),
  sudo: Flags.boolean({description: 'where the account is not root: by sudo -n or doas -n'}),
  ...connectionFlags,
}

/** Of a change that the host takes back unless it is confirmed. */
export const timerFlags = {
  timer: Flags.integer({
    description: 'seconds until the host takes the change back unless it is confirmed',
    default: 60,
    min: 5,
    max: 3600,
  }),
  pending: Flags.boolean({description: 'leave the change pending: ctys net confirm decides'}),
}

interface NetFlags extends ConnectionFlags {
  readonly 'dry-run': boolean
  readonly sudo: boolean
}

export function netWords(flags: NetFlags, targets: readonly string[]) {
  return {
    targets,
    dryRun: flags['dry-run'],
    sudo: flags.sudo,
    ...(flags.login !== undefined && {user: flags.login}),
  }
}

export function timerWords(flags: {readonly timer: number; readonly pending: boolean; readonly force: boolean}) {
  return {timerSeconds: flags.timer, pending: flags.pending, force: flags.force}
}
