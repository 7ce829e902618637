import {bootModes, consolesThere} from '../../domain/classic/create.js'
import {classicTypes, isClassicType} from '../../domain/classic/session-types.js'
import type {MachineAddress} from '../../domain/machine/machine-address.js'
import type {Afterwards, AutoNetAsk, ConsoleType, CreateMode, Tries} from '../../domain/work/asks.js'
import type {ActionOf} from '../../domain/work/verbs.js'
import {splitPercent} from '../../lib/split-suboptions.js'
import {suggestOrList} from '../../lib/suggest.js'
import type {KeyAndArgs} from '../machine/parse-address.js'
import type {Judging} from './judging.js'
import {parseInstallMode} from './parse-install-mode.js'

const defaultTimeoutMs = 30_000

/** The suboptions of CREATE behind the machine address, by their first names. */
export function judgeCreate(
  machine: MachineAddress,
  suboptions: readonly KeyAndArgs[],
  judging: Judging,
): ActionOf<'create'> {
  const {faults, lacks} = judging
  let mode: CreateMode = 'new'
  let asked: ConsoleType | undefined
  let timeoutMs = defaultTimeoutMs
  let discard = false
  let take = false
  let net: AutoNetAsk | undefined
  const afterwards: {-readonly [K in keyof Afterwards]?: Afterwards[K] | undefined} = {}
  const passed: {bootMode?: string; instMode?: string; argsAdd?: string} = {}
  for (const {key, args} of suboptions) {
    switch (key) {
      case 'CONNECT':
      case 'REUSE':
      case 'RECONNECT':
      case 'RESUME':
        if (mode !== 'new') faults.push(`create: ${key.toLowerCase()} and ${mode} exclude each other`)
        if (args !== undefined) lacks.push('create: resume takes no state file yet')
        mode = modes[key]
        take = key === 'RECONNECT'
        break
      case 'DISCARD':
        discard = true
        break
      case 'CONSOLE':
        asked = judgeConsole(args ?? '', judging) ?? asked
        break
      case 'PING':
        afterwards.ping = parseTries(key, args, faults)
        break
      case 'SSHPING':
        afterwards.sshPing = parseTries(key, args, faults)
        break
      case 'WAITS':
        afterwards.waitServerS = parseSeconds(key, args, faults)
        break
      case 'WAITC':
        afterwards.waitClientS = parseSeconds(key, args, faults)
        break
      case 'BOOTMODE': {
        const [bootMode = ''] = splitPercent(args ?? '')
        if (!bootModes.includes(bootMode.toUpperCase())) {
          faults.push(`create: bootmode:${args ?? ''}: unknown boot mode${suggestOrList(bootMode, bootModes)}`)
        } else passed.bootMode = [bootMode.toUpperCase(), ...splitPercent(args ?? '').slice(1)].join('%')
        break
      }
      case 'KERNEL': {
        const {bootMode, argsAdd} = judgeKernel(args ?? '', lacks)
        if (bootMode !== undefined) passed.bootMode = bootMode
        if (argsAdd !== undefined) passed.argsAdd = joined(passed.argsAdd, argsAdd)
        break
      }
      case 'INSTMODE':
        passed.instMode = parseInstallMode(args, faults)
        break
      case 'ARGSADD': {
        const [side = '', ...values] = splitPercent(args ?? '')
        if (side.toUpperCase() !== 'S')
          faults.push(`create: argsadd:${args ?? ''}: only S%ARGUMENTS (server) is supported`)
        else passed.argsAdd = joined(passed.argsAdd, values.join(' '))
        break
      }
      case 'NET':
        net = parseNet(args ?? '', faults) ?? net
        break
      case 'TIMEOUT': {
        const seconds = Number(args)
        if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400)
          faults.push(`create: timeout:${args ?? ''}: 1-86400 seconds`)
        else timeoutMs = seconds * 1000
        break
      }
      default:
      // what the table has for other types, or takes in without an effect
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
  const console = asked ?? 'NONE'
  if ((console === 'CLI0' || console === 'SDL') && mode === 'connect') {
    const instead = console === 'CLI0' ? 'cli' : 'vnc'
    faults.push(
      `create: console:${console.toLowerCase()} begins and ends with the machine: connect takes console:${instead}`,
    )
  }
  if (console !== 'NONE') afterwards.client = take ? {take} : {}
  const follows = Object.fromEntries(Object.entries(afterwards).filter(([, value]) => value !== undefined))
  const after = Object.keys(follows).length > 0 && {afterwards: follows}
  const prepares = asked === undefined && ({prepares: true} as const)
  return {
    verb: 'create',
    ask: {
      machine,
      mode,
      console,
      ...prepares,
      timeoutMs,
      ...passed,
      ...(discard && {discard}),
      ...(net && {net}),
      ...after,
    },
  }
}

const modes = {CONNECT: 'connect', REUSE: 'reuse', RECONNECT: 'reuse', RESUME: 'resume'} as const

/** As the original had it: so often, so many seconds apart. */
const usualTries: Tries = {count: 10, sleepS: 2}

function parseTries(key: string, args = 'ON', faults: string[]): Tries | undefined {
  if (/^off$/i.test(args)) return undefined
  if (/^on$/i.test(args)) return usualTries
  const [, count = '', sleepS = String(usualTries.sleepS)] = /^(\d{1,4})(?:%(\d{1,4}))?$/.exec(args) ?? []
  if (Number(count) > 0) return {count: Number(count), sleepS: Number(sleepS)}
  faults.push(`create: ${key.toLowerCase()}:${args}: OFF, ON or COUNT%SECONDS`)
  return undefined
}

/** How root may be become for what needs it; root itself needs none. */
function parseNet(args: string, faults: string[]): AutoNetAsk | undefined {
  const [word = '', ...ways] = splitPercent(args).map((one) => one.toLowerCase())
  const become = ways.filter((way) => way === 'sudo' || way === 'doas')
  if (word === 'auto' && become.length === ways.length) return {become}
  faults.push(`create: net:${args}: AUTO, AUTO%SUDO or AUTO%DOAS`)
  return undefined
}

function parseSeconds(key: string, args = '', faults: string[]): number | undefined {
  if (/^\d{1,4}$/.test(args)) return Number(args)
  faults.push(`create: ${key.toLowerCase()}:${args}: 0-9999 seconds`)
  return undefined
}

/**
 * A kernel alone is a boot mode of the start script; what belongs to it goes to QEMU itself, -kernel, -initrd and -append
 * of qemu(1), as words that the script splits at blanks.
 */
function judgeKernel(text: string, lacks: string[]): {readonly bootMode?: string; readonly argsAdd?: string} {
  const [image = '', initrd = '', ...rest] = text.split(',')
  // a % stands for a blank
  const append = splitPercent(rest.join(',')).join(' ')
  if (initrd === '' && append === '') return {bootMode: image === '' ? 'KERNEL' : `KERNEL%${image}`}
  if (image === '') lacks.push('create: kernel: names no IMAGE, only what belongs to it')
  if (/\s/.test(`${image}${initrd}${append}`))
    lacks.push('create: kernel: names and an APPEND with blanks are not there yet; write them into the configuration')
  const options = [
    ['-kernel', image],
    ['-initrd', initrd],
    ['-append', append],
  ] as const
  return {argsAdd: options.flatMap(([option, value]) => (value === '' ? [] : [option, value])).join(' ')}
}

function joined(one: string | undefined, other: string): string {
  return one === undefined ? other : `${one} ${other}`
}

function judgeConsole(text: string, {type, faults, lacks}: Judging): ConsoleType | undefined {
  const name = text.toUpperCase()
  const there = consolesThere[type] ?? []
  const known = isClassicType(type) ? classicTypes[type].consoles : there
  if (there.includes(name)) return name as ConsoleType
  if (known.some((one) => one === name)) {
    const instead = there.length === 0 ? '' : `; console: takes ${there.map((one) => one.toLowerCase()).join(', ')}`
    lacks.push(`create: console:${text} is not there yet${instead}`)
  } else {
    const others = Object.entries(classicTypes).filter(([, {consoles}]) => consoles.some((one) => one === name))
    const whose = others.map(([other]) => other).join(', ')
    const what = whose === '' ? `unknown console${suggestOrList(text, known)}` : `is for ${whose}, not for ${type}`
    faults.push(`create: console:${text}: ${what}`)
  }
  return undefined
}
