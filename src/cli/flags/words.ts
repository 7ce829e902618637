import type {HostFlags} from './flags.js'

/** The words every command of today hands to its story. */
export function todayWords(flags: HostFlags, targets: readonly string[]) {
  return {
    type: flags.type,
    targets,
    dryRun: flags['dry-run'],
    ...(flags.login !== undefined && {user: flags.login}),
  }
}
