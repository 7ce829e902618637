import type {HostFlags} from './flags.js'

/** The words every command on hosts hands to its use case. */
export function hostsInput(flags: HostFlags, targets: readonly string[]) {
  return {
    type: flags.type,
    targets,
    dryRun: flags['dry-run'],
    ...(flags.login !== undefined && {user: flags.login}),
  }
}

interface MachineFlags extends HostFlags {
  readonly where?: readonly string[] | undefined
  readonly yes: boolean
  readonly 'max-age'?: string | undefined
}

/** The words of a command that acts on machines: its first word is one, unless --where says which. */
export function machineWords(flags: MachineFlags, words: readonly string[]) {
  const isNamed = flags.where === undefined
  const others = isNamed ? words.slice(1) : words
  return {
    ...hostsInput(flags, others),
    machine: isNamed ? words[0] : undefined,
    where: flags.where,
    yes: flags.yes,
    maxAge: flags['max-age'],
  }
}

/** The words of a command on one machine: the hosts behind it, or that of --on. */
export function oneMachineWords(
  flags: HostFlags & {readonly on?: string | undefined; readonly 'max-age'?: string | undefined},
  [machine = '', ...hosts]: readonly string[],
) {
  const on = flags.on === undefined ? [] : [flags.on]
  return {...hostsInput(flags, [...hosts, ...on]), machine, maxAge: flags['max-age']}
}
