import * as Flags from '@oclif/core/flags'
import type {StartInput} from '../../app/run/run-command.js'
import {type HostFlags, hostFlags, machineFlags, refreshFlags, startFlags, waitFlags} from './flags.js'
import {machineWords} from './input.js'

/** Of the commands that bring a machine up. */
export const upFlags = {
  ...hostFlags,
  ...machineFlags,
  ...startFlags,
  ...waitFlags,
  ...refreshFlags,
  console: Flags.string({description: 'how it can be seen', options: ['none', 'vnc'], default: 'none'}),
  net: Flags.string({
    description: 'auto: the network it names is made first where it is missing, and goes with the last machine on it',
    options: ['auto'],
  }),
  sudo: Flags.boolean({
    description: 'permit sudo -n or doas -n for what of that network needs root',
    dependsOn: ['net'],
  }),
  timeout: Flags.integer({description: 'seconds it may take to come up', default: 30, min: 1, max: 86_400}),
}

interface UpFlags extends HostFlags {
  readonly where?: readonly string[] | undefined
  readonly yes: boolean
  readonly console: string
  readonly net?: string | undefined
  readonly sudo: boolean
  readonly timeout: number
  readonly wait?: string | undefined
  readonly 'wait-timeout': number
  readonly 'max-age'?: string | undefined
  readonly 'not-on'?: readonly string[] | undefined
  readonly 'allow-vnc-network'?: boolean | undefined
}

/** What they hand to their use case. */
export function upWords(flags: UpFlags, words: readonly string[]): Omit<StartInput, 'mode'> {
  return {
    ...machineWords(flags, words),
    console: flags.console === 'vnc' ? 'VNC' : 'NONE',
    timeoutMs: flags.timeout * 1000,
    ...(flags.net !== undefined && {net: {become: flags.sudo ? ['sudo', 'doas'] : []}}),
    wait: flags.wait,
    readyMs: flags['wait-timeout'] * 1000,
    notOn: flags['not-on'],
    allowVncNetwork: flags['allow-vnc-network'],
  }
}
