/** What every result has. */
export interface Tagged extends Shown {
  readonly kind: string
}

/** A format that the words of the call ask for themselves, as `-o json` and `list=terse` do; it goes before that of the flags. */
export interface Shown {
  readonly format?: 'json' | 'yaml' | 'terse'
}

/** A host of the inventory whose name was read as that of a group. */
export interface ShadowedHost {
  readonly name: string
  /** Of the group. */
  readonly file: string
}
