import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {everyType, usualType} from '../../domain/machine/session-types.js'
import {usualFanout} from './usual.js'

/** Flags every command has. */
export const commonFlags = {
  json: Flags.boolean({description: 'answer as JSON (schemas/report.schema.json)'}),
  yaml: Flags.boolean({description: 'answer as YAML: the same facts', exclusive: ['json']}),
  terse: Flags.boolean({char: 'X', description: 'answer as records, fields separated by semicolons'}),
  inventory: Flags.string({
    char: 'p',
    description: 'directories of the inventory, `,` between them; the first is written to',
    env: 'CTYS_DBPATH',
    helpValue: 'DIR',
  }),
}

/** Flags that narrow and lay out an answer of the inventory, spelled as ctys-vhost has them. */
export const selectionFlags = {
  output: Flags.string({char: 'o', description: 'fields and layout; json, yaml', helpValue: 'FIELD,...'}),
  pick: Flags.string({
    char: 'M',
    description: 'first, last, all, complement, sort, usort, unique',
    helpValue: 'FILTER',
  }),
  cost: Flags.string({char: 'c', description: 'mincnt, maxcnt: one host; cnt: count by host', helpValue: 'COST'}),
  types: Flags.string({char: 'T', description: 'session types', helpValue: 'TYPE,...'}),
}

/** How hosts are reached. */
export const connectionFlags = {
  login: Flags.string({char: 'l', description: 'user on hosts named without one', helpValue: 'USER'}),
  verbose: Flags.boolean({description: 'say on stderr what is being done'}),
  fanout: Flags.integer({
    description: 'the most hosts worked on at the same time',
    default: usualFanout,
    min: 1,
    max: 1024,
  }),
  transport: Flags.option({description: 'force one way to the hosts', options: ['ssh', 'openssh', 'local'] as const})(),
  'ssh-config': Flags.string({
    description: 'OpenSSH configuration to use instead of the user’s own',
    env: 'CTYS_SSH_CONFIG',
    helpValue: 'FILE',
  }),
}

/** Of a command on machines. */
export const typeFlag = {
  type: Flags.string({char: 't', description: 'session type', default: usualType, helpValue: 'TYPE'}),
}

/** Flags of every command that acts on hosts. */
export const hostFlags = {
  ...commonFlags,
  ...typeFlag,
  'dry-run': Flags.boolean({char: 'n', description: 'show the plan, connect to nothing'}),
  ...connectionFlags,
}

/** Of a command that asks every session type where none is named. */
export const everyTypeFlag = {
  type: Flags.string({char: 't', description: 'session type', default: everyType, helpValue: 'TYPE'}),
}

/** Every program of the original had it; what it showed is of no use here. */
export const debugFlag = {
  debug: Flags.string({char: 'd', description: 'accepted for old calls', hidden: true}),
}

/** What the flags of a command come out as that reaches hosts. */
export interface ConnectionFlags {
  readonly json: boolean
  readonly yaml: boolean
  readonly terse: boolean
  readonly inventory?: string | undefined
  readonly login?: string | undefined
  readonly verbose: boolean
  readonly fanout: number
  readonly transport?: 'ssh' | 'openssh' | 'local' | undefined
  readonly 'ssh-config'?: string | undefined
}

/** What the host flags come out as. */
export interface HostFlags extends ConnectionFlags {
  readonly type: string
  readonly 'dry-run': boolean
}

/** For commands that depend on what is recorded of one machine. */
export const refreshFlags = {
  'max-age': Flags.string({
    description: 'look again at the configuration when its record is older: 60s, 15m, 2h, 1d',
    helpValue: 'DURATION',
  }),
}

/** The words of commands that act on machines. */
export const machineArgs = {
  machine: Args.string({ignoreStdin: true, description: 'label, pattern (web0*), path or machine address ...'}),
  places: Args.string({
    ignoreStdin: true,
    description: 'further machines, and hosts: [user@]host[:port] or @group ...',
  }),
}

/** The words of commands that are about one machine. */
export const oneMachineArgs = {
  machine: Args.string({ignoreStdin: true, description: 'label, path or machine address', required: true}),
  hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...; none: where it runs'}),
}

/** For commands whose further words are no hosts. */
export const onFlag = {on: Flags.string({description: 'the host it runs on', helpValue: 'HOST'})}

/** For commands that act on machines. */
export const machineFlags = {
  where: Flags.string({
    description: 'the machines of the inventory that fit, in the words of ctys find; may be repeated: all have to fit',
    helpValue: 'QUESTION',
    multiple: true,
    multipleNonGreedy: true,
  }),
  yes: Flags.boolean({
    description: 'do not ask before more than 5 machines of a pattern, --where or group are changed',
  }),
}

/** For commands that may wait for a guest. */
export const waitFlags = {
  wait: Flags.string({
    description: 'ready, or ready:PATTERN: until its console says so, or why it does not (exit 4)',
    helpValue: 'WHAT',
  }),
  'wait-timeout': Flags.integer({description: 'seconds to wait', default: 300, min: 1, max: 86_400}),
}

/** For commands that start machines. */
export const startFlags = {
  'not-on': Flags.string({
    description: 'a host that is down, so that the machine cannot run there; may be repeated',
    helpValue: 'HOST',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'allow-vnc-network': Flags.boolean({
    description: 'leave a screen that the start script opens to the network (settings: vnc-network: allow)',
  }),
}
