import type {Target} from '../target.js'

/** A group with its members read as targets, for those who show it. */
export interface ListedGroup {
  readonly name: string
  readonly file: string
  readonly members: readonly ListedMember[]
  /** `file:line: what is wrong`; with any, a command refuses the group. */
  readonly faults: readonly string[]
}

export interface ListedMember {
  /** As it stands in the file. */
  readonly word: string
  /** The text of its context options, those of the whole file in front. */
  readonly options?: string
  readonly file: string
  readonly line: number
  readonly target: Target
}

/**
 * How members are written, by the numbers of ctys-vhost and ctys-groups: 1 a line for each group, 2 a table, 3 with file
 * and line, 4 all targets on one line, 5 calls, 6 accounts, 7 accounts on one line, 8 hosts; `u`: each once.
 */
export const memberFormats = ['1', '2', '3', '4', '5', '6', '6u', '7', '7u', '8', '8u'] as const
export type MemberFormat = (typeof memberFormats)[number]

/** `count`: a table of groups; `words`: a member a line. */
export type ShownGroups = MemberFormat | 'count' | 'words'

/** `ctys-vhost -S` and `-C`: what is shown instead of answering a question. */
export interface DatabaseQuestion {
  readonly databases?: true
  /** All records, those on members of the groups, or the hosts that have any. */
  readonly records?: 'all' | 'members' | 'hosts'
  /** The groups with the number of their members, or their members. */
  readonly groups?: 'count' | MemberFormat
  /** Which groups; none: all. */
  readonly names: readonly string[]
  /** It was about the caches of the original, which are not there. */
  readonly noCache?: true
}
