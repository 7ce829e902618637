/**
 * The shape of the classic grammar: the table in this folder is what parses the classic call, prints its usage, feeds
 * completion and help, and makes docs/classic.md.
 */

export interface Word {
  /** Upper case; the first is the one that is printed, the others are as good. */
  readonly names: readonly [string, ...string[]]
  /** What stands behind the colon; absent: nothing may. In brackets: it may be left out. */
  readonly value?: string
  readonly about: string
  /** Session types that have it; absent: all of them. */
  readonly types?: readonly string[]
  /** `ignored`: accepted, and changes no result here. `missing`: is read, and refused by the plan. Absent: does what it says. */
  readonly standing?: Standing
  /** What to type meanwhile, where the word is `missing`. */
  readonly instead?: string
  /** Values that are read without an effect where the word itself is `missing`, upper case. */
  readonly harmless?: readonly string[]
  /** A secret may stand behind a `%` of its value: that is refused, other users see the calls of a machine. */
  readonly secret?: true
}

export type Standing = 'ignored' | 'missing'

export interface ClassicAction {
  /** Upper case. */
  readonly name: string
  readonly about: string
  /** The verb that does it; absent: nothing does yet. */
  readonly verb?: 'create' | 'cancel' | 'list' | 'enumerate' | 'probe'
  /** What to type meanwhile, where nothing does it. */
  readonly instead?: string
  /** Takes a machine address. `base`: directories to search only. */
  readonly address?: 'machine' | 'base'
  readonly words: readonly Word[]
  /** Other words are fields of its records. */
  readonly fields?: true
  /** Its whole value is one free text, such as a label. */
  readonly free?: string
}

/** An option of one letter. */
export interface ClassicOption {
  readonly letter: string
  /** Its long name, `--NAME`. */
  readonly name: string
  /** Absent: it takes no value. */
  readonly value?: string
  readonly about: string
  /** What of it does nothing here, and what is refused, where that is not all or nothing. */
  readonly here: string
  /**
   * Keywords of its list, upper case: of each line one may be given; spellings of one keyword stand together. `#` is any
   * number, and what ends in `:` takes a value.
   */
  readonly keywords?: readonly (readonly (readonly string[])[])[]
  /** May stand in the context options of a target. */
  readonly context: boolean
}
