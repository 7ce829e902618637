/** A classic call as data: what was typed, with every keyword by its first name; not yet judged. */

export interface GivenWord {
  /** The first name of a word of the table, or a field in upper case. */
  readonly name: string
  readonly value?: string
  /** Its value was found wrong and told: nothing more is said of it. */
  readonly wrong?: true
}

export interface ActionCall {
  /** Upper case. */
  readonly name: string
  readonly words: readonly GivenWord[]
  /** The whole value of an action that takes one text. */
  readonly free?: string
}

export interface CallOptions {
  readonly action?: ActionCall
  /** The other options by their letters; empty for those without a value. Keywords of lists in upper case. */
  readonly letters: Readonly<Record<string, string>>
}

export const groupKeywords = ['SUBTASK', 'SUBGROUP', 'VMSTACK'] as const
export type GroupKeyword = (typeof groupKeywords)[number]

export type CallTarget = HostTarget | TargetGroup

export interface HostTarget {
  readonly kind: 'host'
  /** `[user@]host[:port]`, or the name of a group; not yet read as one. */
  readonly word: string
  /** Machines inside each other, the outermost first: `host[one][two]`. */
  readonly levels: readonly string[]
  readonly options?: CallOptions
}

export interface TargetGroup {
  readonly kind: 'group'
  readonly keyword: GroupKeyword
  readonly targets: readonly CallTarget[]
  readonly options?: CallOptions
}

export interface ClassicCall {
  readonly options: CallOptions
  /** Those of `'(...)'`, which are for all targets. */
  readonly context?: CallOptions
  readonly targets: readonly CallTarget[]
}
