import {isGlob} from '../../lib/glob.js'

/** A group without a machine in front of it, or a pattern: more than one console may be meant. */
export function areSeveral(words: readonly string[]): boolean {
  return words[0]?.startsWith('@') === true || words.some((word) => isGlob(word))
}

/** Flags of a call that each of its consoles gets again. */
const passed = ['type', 'login', 'transport', 'ssh-config', 'inventory', 'escape', 'max-age'] as const
const switches = ['watch', 'read-only', 'wait', 'resize', 'take', 'force', 'verbose'] as const

type Flags = {readonly [F in (typeof passed)[number]]?: string | undefined} & {
  readonly [F in (typeof switches)[number]]?: boolean
}

/** As words of a command. */
export function againFlags(flags: Flags): readonly string[] {
  return [
    ...passed.flatMap((name) => (flags[name] === undefined ? [] : [`--${name}=${flags[name]}`])),
    ...switches.flatMap((name) => (flags[name] === true ? [`--${name}`] : [])),
  ]
}
