/** A call of plain words, as the small bundles take it. */
export interface PlainWords {
  readonly words: readonly string[]
  readonly json: boolean
  readonly terse: boolean
  readonly inventory?: string
  /** Those of `bare` that were given. */
  readonly given: ReadonlySet<string>
}

/**
 * Reads plain words with --json, -X/--terse, -p/--inventory DIR and the flags in `bare`, which take no value. Undefined
 * for any other word that begins with a dash, for one that is empty, and for a DIR that may be none: then the command
 * itself reads them.
 */
export function plainWords(argv: readonly string[], bare: readonly string[] = []): PlainWords | undefined {
  const words: string[] = []
  const given = new Set<string>()
  const {CTYS_DBPATH = ''} = process.env
  let inventory = CTYS_DBPATH === '' ? undefined : CTYS_DBPATH
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (word === '-p' || word === '--inventory') {
      inventory = argv[++i]
      if (inventory === undefined || !/^[^-,]/.test(inventory)) return undefined
    } else if (['--json', '-X', '--terse', ...bare].includes(word)) given.add(word)
    else if (word === '' || word.startsWith('-')) return undefined
    else words.push(word)
  }
  const terse = given.has('-X') || given.has('--terse')
  return {words, json: given.has('--json'), terse, given, ...(inventory !== undefined && {inventory})}
}
