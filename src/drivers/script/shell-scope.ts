/** What a script has set before, and what is too much. */

/** A word; undefined = it has a part that only the shell knows. */
export type Word = string | undefined

export const mostWords = 20_000
export const mostBytes = 1024 * 1024

export interface Scope {
  /** Of the script. */
  readonly path: string
  readonly values: Map<string, Word>
  readonly lists: Map<string, readonly Word[]>
  /** Bytes that expansions may still make: a few lines could double a value again and again. */
  left: number
}

/** The value, counted; undefined once they are too much together. */
export function bounded(value: Word, scope: Scope): Word {
  scope.left -= value?.length ?? 0
  return scope.left > 0 ? value : undefined
}
