import {vhostDefault} from '../../app/macros/builtin-macros.js'
import {expandMacros, mayHoldMacro, ownMacro} from '../../app/macros/expand-macros.js'
import {composeMacros} from '../../compose/groups.js'
import {UsageError} from '../../domain/errors.js'

/** Commands that take macros in all their words; `find` takes them in its output list. */
const classicCommands = ['run', 'vhost', 'vdbgen']
const outputFlags = ['-o', '--output']

/**
 * Replaces macros in a routed call, before its flags are read: a macro may stand for flags too. A macro that is a whole
 * word becomes several words, but not as the value of one of the flags in `valued`. Throws UsageError with all faults.
 */
export async function expandArgv(argv: readonly string[], valued: readonly string[]): Promise<readonly string[]> {
  const [command = '', ...words] = argv
  const isClassic = classicCommands.includes(command)
  if (!(isClassic || command === 'find') || !words.some(mayHoldMacro)) return argv
  const isOutput = (word: string, before = '') => outputFlags.includes(before) || /^(?:-o|--output=)/.test(word)
  const faults: string[] = []
  const expanded = await expandMacros(
    {
      words,
      isOpen: (word, before) => isClassic || isOutput(word, before),
      isValue: (_, before = '') => valued.includes(before),
    },
    composeMacros(),
    faults,
  )
  if (faults.length > 0) throw new UsageError(faults, 'macros and where they lie: ctys groups --help')
  return [command, ...expanded]
}

/** The output list of `ctys vhost` without `-o` where the user has a macro for it; undefined: the built-in one. */
export async function ownVhostOutput(): Promise<string | undefined> {
  const faults: string[] = []
  const own = await ownMacro(vhostDefault, composeMacros(), faults)
  if (faults.length > 0) throw new UsageError(faults, 'macros and where they lie: ctys groups --help')
  return own
}
