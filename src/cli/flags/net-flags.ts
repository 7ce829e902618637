import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {NetCall} from '../../app/net/nets.js'
import {commonFlags, connectionFlags} from './flags.js'

export const netArgs = {
  hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means this machine'}),
}

const dryRun = {'dry-run': Flags.boolean({char: 'n', description: 'show the plan, connect to nothing'})}

/** Who may do what on a host, and whose network is meant. */
export const netHostFlags = {
  ...commonFlags,
  ...connectionFlags,
  ...dryRun,
  user: Flags.string({
    char: 'u',
    description: 'whose network: owner of TAP and sockets; default: the account',
    helpValue: 'USER[.GROUP]',
  }),
  sudo: Flags.boolean({description: 'permit sudo -n or doas -n for the commands that need root'}),
}

/** Which network. */
export const netNameFlags = {
  name: Flags.string({description: 'of the switch: several on one host', default: '0', helpValue: 'NAME'}),
  sock: Flags.string({char: 's', description: 'control directory, in place of QEMUSOCK', helpValue: 'PATH'}),
  mgmt: Flags.string({char: 'S', description: 'management socket, in place of QEMUMGMT', helpValue: 'PATH'}),
  force: Flags.boolean({char: 'f', description: 'also what is in use, or hangs'}),
}

const timer = {
  timer: Flags.integer({
    description: 'seconds until a host takes a moved interface back unless it is reached anew',
    default: 60,
    min: 5,
    max: 3600,
  }),
}

/** What is needed to take it away. */
export const netDownFlags = {...netNameFlags, ...timer}

/** What it is made of. */
export const netUpFlags = {
  group: Flags.string({char: 'g', description: 'may use the sockets beside the user', helpValue: 'GROUP'}),
  bridge: Flags.string({
    char: 'b',
    description: 'bridge to use, or to make; default: ctysbr0',
    helpValue: 'BRIDGE',
  }),
  interface: Flags.string({char: 'i', description: 'interface to put into the bridge', helpValue: 'INTERFACE'}),
  extent: Flags.option({
    description: 'how far it goes: the switch alone needs no privilege',
    options: ['switch', 'tap', 'bridge'] as const,
    default: 'bridge',
  })(),
  ...timer,
}

interface Given {
  readonly login?: string | undefined
  readonly 'dry-run': boolean
  readonly user?: string | undefined
  readonly sudo: boolean
  readonly name?: string
  readonly sock?: string | undefined
  readonly mgmt?: string | undefined
  readonly force?: boolean
  readonly group?: string | undefined
  readonly bridge?: string | undefined
  readonly interface?: string | undefined
  readonly extent?: 'switch' | 'tap' | 'bridge'
  readonly timer?: number
}

export function netCall(flags: Given, targets: readonly string[]): NetCall {
  const {
    login,
    user,
    sudo,
    name = '0',
    sock,
    mgmt,
    force = false,
    group,
    bridge,
    extent,
    timer: timerSeconds = 60,
  } = flags
  return {
    targets,
    login,
    dryRun: flags['dry-run'],
    owner: user,
    become: sudo ? ['sudo', 'doas'] : [],
    ...{name, sock, mgmt, force, group, bridge, timerSeconds},
    interface: flags.interface,
    ...(extent !== undefined && {extent}),
  }
}
