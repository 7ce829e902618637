/** The single steps that make and remove the parts of a network, each one command, and who has to do it. */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {relayScript} from '../../qemu/remote/relay.js'
import {netLinkScript, netUnlinkScript} from '../remote/net-link.js'
import {netForgetScript, netRecordScript, netStartScript, netStopScript} from '../remote/net-switch.js'
import type {NetFacts, NetProcess, SwitchProcess} from './facts.js'
import {joinFile, type Parts} from './names.js'

export interface Step {
  /** A few words, such as `TAP ctys0a1b2c3d`. */
  readonly what: string
  readonly as: 'root' | 'owner'
  /** With a script its arguments. */
  readonly argv: readonly string[]
  readonly script?: RemoteScript
  readonly input?: string
  /** Takes it away again. */
  readonly undo?: Step
  /** As a diff shows it; absent = something is added. */
  readonly sign?: '+' | '~' | '-'
  /** Of no interest in a diff. */
  readonly isMinor?: true
  /** Said to the management of the switch instead, one after the other. */
  readonly talk?: {readonly mgmt: string; readonly commands: readonly string[]}
}

type Ip = Pick<NetFacts, 'tools' | 'ip'>

export function ip({tools}: Ip, what: string, ...words: readonly string[]): Step {
  return {what, as: 'root', argv: [tools.get('ip') ?? 'ip', ...words]}
}

function write(what: string, path: string, input: string): Step {
  return {what, as: 'root', argv: ['tee', path], input}
}

const ofLink = (name: string, file: string) => `/sys/class/net/${name}/${file}`

export function removeLink(facts: Ip, name: string, what: string): Step {
  return {...ip(facts, what, 'link', 'del', 'dev', name), sign: '-'}
}

interface TapOwner {
  readonly user: string
  readonly group?: string | undefined
}

/**
 * vde_tunctl where ip knows no TAPs. Its undo is refused by the kernel (EBUSY) while a process has the TAP open: another
 * call's switch may be on it by then.
 */
export function addTap(facts: NetFacts, name: string, {user, group}: TapOwner): Step {
  const what = `TAP ${name} of ${user}`
  const taken = {what: `TAP ${name} removed`, sign: '-'} as const
  const owner = ['user', user, ...(group === undefined ? [] : ['group', group])]
  if (facts.ip === 'iproute2') {
    const [add, del] = ['add', 'del'].map((verb) => ['tuntap', verb, 'dev', name, 'mode', 'tap']) as [
      string[],
      string[],
    ]
    return {...ip(facts, what, ...add, ...owner), undo: {...ip(facts, '', ...del), ...taken}}
  }
  const tool = facts.tools.get('vde_tunctl') ?? 'vde_tunctl'
  const undo: Step = {as: 'root', argv: [tool, '-d', name], ...taken}
  return {what, as: 'root', argv: [tool, '-t', name, '-u', user], undo}
}

/** Says whose a link is. */
export function setAlias(facts: Ip, name: string, alias: string): Step {
  const what = `${name} marked`
  const step =
    facts.ip === 'iproute2'
      ? ip(facts, what, 'link', 'set', 'dev', name, 'alias', alias)
      : write(what, ofLink(name, 'ifalias'), alias)
  return {...step, isMinor: true}
}

export function setAddress(facts: Ip, name: string, mac: string): Step {
  return {...ip(facts, `${name} has the address ${mac}`, 'link', 'set', 'dev', name, 'address', mac), isMinor: true}
}

/** Under another name first: whoever sees a bridge of that name sees whose it is. */
export function addBridge(facts: Ip, name: string, {draft, alias}: {readonly draft: string; readonly alias: string}) {
  const undo = removeLink(facts, draft, `bridge ${name} removed`)
  const delay =
    facts.ip === 'iproute2'
      ? [ip(facts, `bridge ${draft} begun`, 'link', 'add', 'name', draft, 'type', 'bridge', 'forward_delay', '0')]
      : [
          ip(facts, `bridge ${draft} begun`, 'link', 'add', 'name', draft, 'type', 'bridge'),
          write(`${draft} forwards at once`, ofLink(draft, 'bridge/forward_delay'), '0'),
        ]
  const [first, ...rest] = delay
  return [
    ...(first === undefined ? [] : [{...first, undo, isMinor: true as const}]),
    ...rest.map((step) => ({...step, isMinor: true as const})),
    setAlias(facts, draft, alias),
    {
      ...ip(facts, `bridge ${name}`, 'link', 'set', 'dev', draft, 'name', name),
      undo: ip(facts, `bridge ${name} taken back`, 'link', 'set', 'dev', name, 'name', draft),
    },
    {
      ...ip(facts, `bridge ${name} up`, 'link', 'set', 'dev', name, 'up'),
      isMinor: true,
      undo: ip(facts, `bridge ${name} down`, 'link', 'set', 'dev', name, 'down'),
    },
  ] satisfies readonly Step[]
}

/** `undo` leaves the link where it was. */
export function enslave(facts: Ip, name: string, bridge: string): Step {
  return {
    ...ip(facts, `${name} in ${bridge}`, 'link', 'set', 'dev', name, 'master', bridge),
    undo: release(facts, name, bridge),
  }
}

export function release(facts: Ip, name: string, bridge: string): Step {
  return {...ip(facts, `${name} out of ${bridge}`, 'link', 'set', 'dev', name, 'nomaster'), sign: '-'}
}

export function setUp(facts: Ip, name: string): Step {
  return {...ip(facts, `${name} up`, 'link', 'set', 'dev', name, 'up'), undo: setDown(facts, name)}
}

export function setDown(facts: Ip, name: string): Step {
  return {...ip(facts, `${name} down`, 'link', 'set', 'dev', name, 'down'), sign: '-'}
}

/** The record goes before everything else: what was begun is found again. */
export function writeRecord(parts: Parts, values: ReadonlyMap<string, string>, isNew: boolean): Step {
  const lines = [...values].map(([key, value]) => `${key} ${value}`)
  return {
    what: 'record',
    isMinor: true,
    as: 'owner',
    script: netRecordScript,
    argv: [parts.records, parts.record, ...lines],
    ...(isNew && {undo: forget(parts)}),
  }
}

/** What is left of a switch that does not run any more, and the record. */
export function forget(parts: Parts): Step {
  return {
    what: 'record removed',
    isMinor: true,
    as: 'owner',
    script: netForgetScript,
    argv: [parts.records, parts.record, parts.pidFile, joinFile(parts)],
  }
}

interface Sockets {
  readonly tap?: string | undefined
  readonly group?: string | undefined
}

export function startSwitch(facts: NetFacts, parts: Parts, {tap, group}: Sockets): Step {
  const {sock, mgmt, pidFile} = parts
  const has = (option: string) => facts.vdeOptions.has(option)
  const mode = group === undefined ? '600' : '660'
  const words = [
    ...['-d', '-s', sock, '-M', mgmt, '-p', pidFile, '-m', mode],
    ...(has('dirmode') ? ['--dirmode', group === undefined ? '700' : '2770'] : []),
    ...(has('mgmtmode') ? ['--mgmtmode', mode] : []),
    ...(group === undefined ? [] : ['-g', group]),
    ...(group !== undefined && has('mgmtgroup') ? ['--mgmtgroup', group] : []),
    ...(tap === undefined ? [] : ['-t', tap]),
  ]
  return {
    what: `switch at ${sock}`,
    as: 'owner',
    script: netStartScript,
    argv: [sock, mgmt, pidFile, tap ?? '', facts.tools.get('vde_switch') ?? 'vde_switch', ...words],
    undo: {...stopWords(parts, ['', '']), what: 'switch ended'},
  }
}

/** `process`: the one that was seen; without one what a dead one left is removed. */
export function stopSwitch(parts: Parts, process: SwitchProcess | undefined): Step {
  const which: readonly [string, string] = process === undefined ? ['none', ''] : [String(process.pid), process.start]
  return {
    ...stopWords(parts, which),
    sign: '-',
    what: process === undefined ? `sockets left at ${parts.sock}` : `switch ${process.pid} ended`,
  }
}

function stopWords({sock, mgmt, pidFile}: Parts, which: readonly [string, string]): Omit<Step, 'what'> {
  return {as: 'owner', script: netStopScript, argv: [sock, mgmt, pidFile, ...which]}
}

/** Commands of the management of a switch, which a diff shows as one change. */
export function tellSwitch({mgmt}: Parts, what: string, commands: readonly string[]): Step {
  return {what, as: 'owner', script: relayScript, argv: ['unix', mgmt, ...commands], talk: {mgmt, commands}}
}

interface Link {
  /** Its program. */
  readonly tool: string
  readonly words: readonly string[]
  readonly file: string
  readonly what: string
}

export function startLink({tools}: Pick<NetFacts, 'tools'>, {tool, words, file, what}: Link): Step {
  return {
    what,
    as: 'owner',
    script: netLinkScript,
    argv: [file, tools.get(tool) ?? tool, ...words],
    undo: {what: `${what} removed`, as: 'owner', script: netUnlinkScript, argv: [file, '', '']},
  }
}

export function stopLink({pid, start}: NetProcess, {file, what}: Pick<Link, 'file' | 'what'>): Step {
  return {what, as: 'owner', script: netUnlinkScript, argv: [file, String(pid), start], sign: '-'}
}
