/** What a command takes, as far as the words in front of its name have to be understood. */
export interface KnownFlags {
  /** `--name` and `-c` of flags that take a value. */
  readonly valued: ReadonlySet<string>
  /** Of those that take none. */
  readonly bare: ReadonlySet<string>
}

/**
 * Puts the command in front: the first word, or one behind options that are all its own (`ctys -n stop web01`), and
 * `run` in front of a classic call: anything else that is no question to ctys itself. Commands are named as oclif has
 * them, `inventory:check` for `ctys inventory check`. `ctys -V`, and `-v` with nothing else to do, ask for the version,
 * as they always did. `help` in front of a command is that command's help, in front of another word a topic.
 */
export function routeArgv(argv: readonly string[], commands: ReadonlyMap<string, KnownFlags>): readonly string[] {
  const [first] = argv
  if (first === undefined || ['-h', '--help', '-H'].includes(first)) return ['--help']
  const topics = new Set([...commands.keys()].map((id) => id.split(':')[0] ?? id))
  if (first === 'help') {
    const word = argv[1] ?? '--help'
    return topics.has(word) || word.startsWith('-') ? [...argv.slice(1), '--help'] : argv
  }
  if (first === '--version' || topics.has(first)) return argv
  const asked = argv.join('')
  // -V -X, -VX and -XV are the same
  if (argv.every((word) => /^-[XvV]+$/.test(word)) && /[vV]/.test(asked))
    return asked.includes('X') ? ['--version', '-X'] : ['--version']
  return behindOptions(argv, commands) ?? ['run', ...argv]
}

/** The words with the command in front, where one stands behind options of its own. */
function behindOptions(
  argv: readonly string[],
  commands: ReadonlyMap<string, KnownFlags>,
): readonly string[] | undefined {
  for (const [id, flags] of commands) {
    const name = id.split(':')
    const at = endOfOptions(argv, flags)
    if (at === 0 || name.some((word, index) => argv[at + index] !== word)) continue
    return [...name, ...argv.slice(0, at), ...argv.slice(at + name.length)]
  }
  return undefined
}

/** Where the first word stands that is none of these options, nor the value of one; 0 when one of them is none. */
function endOfOptions(argv: readonly string[], {valued, bare}: KnownFlags): number {
  let at = 0
  for (let word = argv[at] ?? ''; word.startsWith('-') && word.length > 1; word = argv[at] ?? '') {
    const [name = ''] = word.split('=')
    const letters = /^-[^-]/.test(word) ? [...word.slice(1)] : []
    const valuedLetter = letters.findIndex((letter) => valued.has(`-${letter}`))
    const simple = valuedLetter < 0 ? letters : letters.slice(0, valuedLetter)
    const next = argv[at + 1] ?? ''
    // the value is missing there: the classic call says so
    if ((valued.has(word) || valuedLetter === letters.length - 1) && letters.length > 0 && /^-[A-Za-z-]/.test(next))
      return 0
    if (valued.has(word)) at += 2
    else if (valued.has(name) || bare.has(word)) at += 1
    else if (letters.length > 0 && simple.every((letter) => bare.has(`-${letter}`))) {
      at += valuedLetter === letters.length - 1 ? 2 : 1
    } else return 0
  }
  return at
}
