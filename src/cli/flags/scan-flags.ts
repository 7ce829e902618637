import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {scanTypes} from '../../domain/machine/session-types.js'
import type {ScanInput} from '../../parse/request/parse-scan.js'

/** Words of `ctys scan`. */
export const scanArgs = {
  hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means @all'}),
}

/** Words of `ctys-vdbgen`. */
export const classicScanArgs = {
  hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means this machine'}),
}

/** Flags of both. */
export const scanFlags = {
  'dry-run': Flags.boolean({char: 'n', description: 'look at the hosts and show what would change, write nothing'}),
  type: Flags.string({
    char: 't',
    description: `session types to record: ${Object.keys(scanTypes).join(', ')}; default: all`,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'TYPE[,TYPE]',
  }),
  base: Flags.string({
    description: 'directory to search, several with % between them; default: the home directory on the host',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'DIR',
  }),
  since: Flags.string({
    description: 'do not ask hosts that answered within this time: 90s, 15m, 2h, 1d',
    helpValue: 'DURATION',
  }),
  'match-state': Flags.string({
    description: 'record only machines with these VMSTATEs; default: all',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'STATE[%STATE]',
  }),
  filecontext: Flags.boolean({description: 'accepted for old calls', hidden: true}),
  splitted: Flags.boolean({description: 'accepted for old calls: hosts are always scanned apart', hidden: true}),
  'no-splitted': Flags.boolean({description: 'accepted for old calls', hidden: true}),
  'splitted-keep-files': Flags.boolean({description: 'accepted for old calls', hidden: true}),
}

/** Names the original has for flags of both; shown by `ctys-vdbgen` alone. */
export const classicScanFlags = (hidden: boolean) => ({
  types: Flags.string({
    char: 'T',
    description: 'as -t',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'TYPE[,TYPE]',
    hidden,
  }),
  'scan-all-states': Flags.boolean({description: 'record machines of every VMSTATE (the default)', hidden}),
  cacheDB: Flags.string({description: 'directory of the inventory', helpValue: 'DIR', hidden}),
  progress: Flags.boolean({description: 'a line for each step of each host', hidden}),
  progressall: Flags.boolean({description: 'as --progress', hidden}),
  threads: Flags.integer({description: 'as --fanout', min: 1, max: 1024, hidden}),
})

interface ParsedScanFlags {
  readonly stdio: boolean
  readonly 'dry-run': boolean
  readonly append: boolean
  readonly type?: readonly string[] | undefined
  readonly types?: readonly string[] | undefined
  readonly base?: readonly string[] | undefined
  readonly since?: string | undefined
  readonly 'match-state'?: readonly string[] | undefined
  readonly 'scan-all-states': boolean
  readonly login?: string | undefined
}

/** What the flags of a scan come out as for its use case. */
export function scanWords(flags: ParsedScanFlags, targets: readonly string[]): ScanInput {
  return {
    targets,
    mode: flags.stdio ? 'print' : flags['dry-run'] ? 'preview' : flags.append ? 'append' : 'merge',
    types: [...(flags.type ?? []), ...(flags.types ?? [])],
    basePaths: flags.base ?? [],
    states: flags['scan-all-states'] ? [] : (flags['match-state'] ?? []),
    ...(flags.login !== undefined && {user: flags.login}),
    ...(flags.since !== undefined && {since: flags.since}),
  }
}

/** The flags of every host command as a scan spells them: no one type, and the older names of two of them. */
export function hostFlagsOf<
  T extends {
    readonly inventory?: string | undefined
    readonly cacheDB?: string | undefined
    readonly fanout: number
    readonly threads?: number | undefined
    readonly verbose: boolean
    readonly progress: boolean
    readonly progressall: boolean
  },
>(flags: T) {
  return {
    ...flags,
    type: '',
    inventory: flags.cacheDB ?? flags.inventory,
    fanout: flags.threads ?? flags.fanout,
    verbose: flags.verbose || flags.progress || flags.progressall,
  }
}
