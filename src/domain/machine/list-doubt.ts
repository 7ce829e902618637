import type {ErrorCode} from '../error-codes.js'

/** Why a machine that was not found among those of a host may run there all the same; undefined = it does not run. */
export function doubtOf(seen: {readonly hidden?: boolean; readonly wedged?: boolean}): ErrorCode | undefined {
  if (seen.hidden) return 'PROCESSES_HIDDEN'
  return seen.wedged ? 'STORAGE_WEDGED' : undefined
}

/** The next step where processes are hidden. */
export const seeAllHint = 'log in as root; on Linux a user of the group that /proc is mounted with (gid=) will do'
