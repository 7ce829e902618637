import type {ErrorCode} from '../error-codes.js'

/**
 * A user of a host of whom not every process was looked at, by name or number: `crowd`, because so many (`count`) look
 * like QEMU; `stuck`, because one of them hangs and does not say how it was called; `wedged`: they are known, but the files
 * they name do not answer, or are too many, so machines of ctys among them stand there as foreign.
 */
export interface Unseen {
  readonly user: string
  readonly why: 'crowd' | 'stuck' | 'wedged'
  readonly count?: number
}

interface Seen {
  readonly hidden?: boolean
  readonly wedged?: boolean
  readonly unseen?: readonly Unseen[]
}

/** Why a machine that was not found among those of a host may run there all the same; undefined = it does not run. */
export function doubtOf(seen: Seen): ErrorCode | undefined {
  if (seen.hidden) return 'PROCESSES_HIDDEN'
  if (seen.unseen?.some(({why}) => why !== 'wedged')) return 'PROCESSES_UNSEEN'
  return seen.wedged ? 'STORAGE_WEDGED' : undefined
}

/** The next step where processes are hidden. */
export const seeAllHint = 'log in as root; on Linux a user of the group that /proc is mounted with (gid=) will do'

/** What is said of such a user. */
export function unseenText({user, why, count = 0}: Unseen): string {
  switch (why) {
    case 'crowd':
      return `${user} has ${count} processes that look like QEMU; not all of them were looked at`
    case 'stuck':
      return `a process of ${user} hangs and does not say what it is`
    case 'wedged':
      return `files that machines of ${user} name do not answer; those of ctys stand there as foreign`
  }
}
