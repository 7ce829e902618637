/** The words of a classic call, parted: what the classic grammar reads, and what is left to oclif. */
import {defaultDirectory} from '../../compose/inventory.js'
import type {ClassicCall} from '../../domain/classic/call.js'
import {classicOptionOf} from '../../domain/classic/grammar.js'
import {readCall} from '../../parse/classic/read-call.js'

export interface ClassicInput {
  readonly call: ClassicCall
  readonly faults: readonly string[]
  /** Long options, and those of one letter that all commands have. */
  readonly words: readonly string[]
  /** The first target where it is one bare word. */
  readonly first?: string
  /** Session types that the environment leaves out. */
  readonly ignored: readonly string[]
  /** That word may have been meant as a command: nothing but a classic call has `--` or options of targets. */
  readonly mayBeCommand: boolean
}

type Flags = Readonly<Record<string, {readonly type: string}>>

/** What every command means by it is read where every command reads it. */
const shared = ['p', 'l', 'X', 'n']

export function readClassic(argv: readonly string[], flags: Flags): ClassicInput {
  const faults: string[] = []
  const valued = new Set(Object.entries(flags).flatMap(([name, {type}]) => (type === 'option' ? [`--${name}`] : [])))
  const {call: read, long} = readCall(argv, faults, valued)
  const letters = {...read.options.letters}
  if (letters.t === undefined && letters.T === undefined) {
    const several = process.env.CTYS_MULTITYPE ?? ''
    if (several !== '')
      letters.T = several
        .split(/[,%]/)
        .map((type) => type.toUpperCase())
        .join(',')
  }
  // ctys.conf of the original had it; LIST and ENUMERATE ask every type without -t
  const {DEFAULT_C_SESSIONTYPE: preset = ''} = process.env
  if (preset !== '' && letters.t === undefined && letters.T === undefined && read.options.action?.name === 'CREATE')
    letters.t = preset.toUpperCase()
  if (letters.p !== undefined && letters.P !== undefined) faults.push('-p and -P exclude each other')
  const inventory = letters.P === undefined ? letters.p : defaultDirectory()
  const words = shared.flatMap((letter) => {
    const value = letter === 'p' ? inventory : letters[letter]
    const name = classicOptionOf(letter)?.name
    const valued = classicOptionOf(letter)?.value !== undefined
    // an empty value was told already
    if (value === undefined || name === undefined || (valued && value === '')) return []
    return [valued ? `--${name}=${value}` : `--${name}`]
  })
  const [target] = read.targets
  const isBare = target?.kind === 'host' && target.options === undefined && target.levels.length === 0
  return {
    call: {...read, options: {...read.options, letters}},
    faults,
    words: [...words, ...long],
    ...(isBare && {first: target.word}),
    ignored: ignoredTypes(process.env),
    mayBeCommand:
      !argv.includes('--') && read.context === undefined && read.targets.every((each) => each.options === undefined),
  }
}

/** `QEMU_IGNORE=1` and its like. */
function ignoredTypes(env: NodeJS.ProcessEnv): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const [, type] = /^([A-Z]+(?:_[A-Z]+)*)_IGNORE$/.exec(name) ?? []
    return type === undefined || value !== '1' ? [] : [type.replaceAll('_', '-')]
  })
}
