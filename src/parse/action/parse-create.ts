import type {MachineAddress} from '../../domain/machine/machine-address.js'
import type {ConsoleType, CreateMode} from '../../domain/work/asks.js'
import type {Action} from '../../domain/work/verbs.js'
import {type Suboption, splitPercent} from '../../lib/split-suboptions.js'
import {suggest} from '../../lib/suggest.js'
import {parseInstallMode} from './parse-install-mode.js'

const consoles: Readonly<Record<string, ConsoleType>> = {NONE: 'NONE', VNC: 'VNC'}
const laterConsoles = ['CLI', 'CLI0', 'XTERM', 'GTERM', 'EMACS', 'EMACSA', 'EMACSM', 'EMACSAM', 'SDL']
const bootModes = ['CD', 'DVD', 'FDD', 'HDD', 'VHDD', 'USB', 'PXE', 'ISO', 'KERNEL', 'INSTALL']
const later = [
  'RECONNECT',
  'USER',
  'PING',
  'SSHPING',
  'STACKCHECK',
  'STUBMODE',
  'STUB',
  'VNCDESKIDLIST',
  'VDIL',
  'WAITC',
  'WAITS',
  'CALLOPTS',
  'C',
  'XOPTS',
  'X',
  'CHDIR',
  'CD',
  'KERNEL',
]
const known = ['CONNECT', 'REUSE', 'RESUME', 'DISCARD', 'CONSOLE', 'BOOTMODE', 'INSTMODE', 'ARGSADD', 'TIMEOUT']

const defaultTimeoutMs = 30_000

/** The suboptions of CREATE behind the machine address. */
export function parseCreate(machine: MachineAddress, suboptions: readonly Suboption[], faults: string[]): Action {
  let mode: CreateMode = 'new'
  let console: ConsoleType = 'NONE'
  let timeoutMs = defaultTimeoutMs
  let discard = false
  const passed: {bootMode?: string; instMode?: string; argsAdd?: string} = {}
  for (const {key, args} of suboptions) {
    switch (key) {
      case 'CONNECT':
      case 'REUSE':
      case 'RESUME':
        if (mode !== 'new') faults.push(`create: ${key.toLowerCase()} and ${mode} exclude each other`)
        if (key === 'RESUME' && args !== undefined) faults.push('create: resume takes no state file here')
        mode = key === 'CONNECT' ? 'connect' : key === 'REUSE' ? 'reuse' : 'resume'
        break
      case 'DISCARD':
        if (args !== undefined) faults.push('create: discard takes no value')
        discard = true
        break
      case 'CONSOLE': {
        const found = consoles[(args ?? '').toUpperCase()]
        if (found !== undefined) console = found
        else if (laterConsoles.includes((args ?? '').toUpperCase())) {
          faults.push(`create: console:${args}: not supported yet; use console:none or console:vnc`)
        } else
          faults.push(`create: console:${args ?? ''}: unknown console${suggest(args ?? '', Object.keys(consoles))}`)
        break
      }
      case 'BOOTMODE': {
        const [bootMode = ''] = splitPercent(args ?? '')
        if (!bootModes.includes(bootMode.toUpperCase())) {
          faults.push(`create: bootmode:${args ?? ''}: unknown boot mode${suggest(bootMode, bootModes)}`)
        } else passed.bootMode = [bootMode.toUpperCase(), ...splitPercent(args ?? '').slice(1)].join('%')
        break
      }
      case 'INSTMODE':
        passed.instMode = parseInstallMode(args, faults)
        break
      case 'ARGSADD': {
        const [side = '', ...values] = splitPercent(args ?? '')
        if (side.toUpperCase() !== 'S')
          faults.push(`create: argsadd:${args ?? ''}: only S%ARGUMENTS (server) is supported`)
        else passed.argsAdd = values.join(' ')
        break
      }
      case 'TIMEOUT': {
        const seconds = Number(args)
        if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400)
          faults.push(`create: timeout:${args ?? ''}: 1-86400 seconds`)
        else timeoutMs = seconds * 1000
        break
      }
      default:
        faults.push(
          later.includes(key)
            ? `create: ${key.toLowerCase()} is not supported yet`
            : `create: unknown suboption '${key.toLowerCase()}'${suggest(key, known)}`,
        )
    }
  }
  if (passed.bootMode !== undefined && passed.instMode !== undefined) {
    faults.push('create: bootmode and instmode exclude each other')
  }
  if (mode === 'resume' && (passed.bootMode ?? passed.instMode) !== undefined) {
    faults.push('create: resume goes on where the machine was: no bootmode or instmode with it')
  }
  if (discard && (mode === 'resume' || mode === 'connect')) {
    faults.push(`create: discard and ${mode} exclude each other`)
  }
  return {verb: 'create', ask: {machine, mode, console, timeoutMs, ...passed, ...(discard && {discard})}}
}
