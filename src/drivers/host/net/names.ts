/**
 * What the parts of a network are called, and how the host itself says whose they are: the alias of a link
 * (ip-link(8)), which root alone can write and which goes with it, and the words of a switch process, which name the
 * record of its network.
 */
import {createHash} from 'node:crypto'
import type {Link, NetFacts, NetJoin, NetRecord, SwitchProcess} from './facts.js'

export const defaultBridge = 'ctysbr0'

/** In a record: the address of another's bridge that had no port. */
export const addressKey = 'bridge-mac'

/** In a record: the file of `ctys net apply` that it was made of. */
export const originKey = 'origin'

/** In a record: it was made for a machine and goes with the last one on it; how root may be become for that, or `yes`. */
export const autoKey = 'auto'

export interface NetIdentity {
  readonly name: string
  readonly user: string
}

export interface Parts extends NetIdentity {
  readonly sock: string
  readonly mgmt: string
  /** The directory of the records of its user; and the record, and the pid of its switch. */
  readonly records: string
  readonly record: string
  readonly pidFile: string
  readonly tap: string
}

/** Of what was asked, on the host of these facts. */
export function partsOf(name: string, user: string, {places, base}: NetFacts): Parts {
  const records = `${base.path}/ctys-net.${user}`
  return {
    name,
    user,
    sock: places?.sock.path ?? '',
    mgmt: places?.mgmt.path ?? '',
    records,
    record: `${records}/${name}.net`,
    pidFile: `${records}/${name}.pid`,
    tap: tapName(name, user),
  }
}

/** IFNAMSIZ leaves 15 characters. */
export function tapName(name: string, user: string): string {
  return `ctys${digest(`${user}\0${name}`)}`
}

/**
 * A bridge takes the lowest address of its ports: not that of a TAP, which would change it for everybody. One that has no
 * other port takes it after all: so it is another on each host, by the address of its first interface.
 */
export function tapMac({name, user}: NetIdentity, {links}: Pick<NetFacts, 'links'>): string {
  const [first] = [...links.values()]
    .filter(({kind, mac}) => (kind === 'card' || kind === 'virtual') && mac !== '' && mac !== '00:00:00:00:00:00')
    .sort((one, other) => one.index - other.index)
  const text = `${user}\0${name}\0${first?.mac ?? ''}`
  return `fe:${(digest(`mac\0${text}`) + digest(`end\0${text}`)).slice(0, 10).replaceAll(/(..)(?=.)/g, '$1:')}`
}

/** A bridge has this name until it says whose it is: one that is left behind is half made. */
export function draftName(bridge: string, {name, user}: NetIdentity): string {
  return `ctbr${digest(`${user}\0${name}\0${bridge}`)}`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

export function tapAlias({name, user}: NetIdentity): string {
  return `ctys tap ${name} ${user}`
}

/** The network that it says it belongs to. */
export function tapOf({kind, alias}: Link): NetIdentity | undefined {
  const [, name, user] = kind === 'tap' ? (/^ctys tap (\S+) (\S+)$/.exec(alias) ?? []) : []
  return name === undefined || user === undefined ? undefined : {name, user}
}

export interface OwnBridge {
  readonly interface?: string
  /** It was down before. */
  readonly wasDown: boolean
  /** It has the addresses of its interface (net-move), since `ctys net up` or since `ctys net move`. */
  readonly moved?: 'up' | 'move'
  /** Whose address, DHCP and NAT it has. */
  readonly segment?: NetIdentity
  /** What the guests leave by, and whether that forwarded before. */
  readonly out?: Out
}

export interface Out {
  readonly name: string
  readonly forwarded: boolean
}

export interface BridgeMarks {
  readonly port?: {readonly name: string; readonly wasDown: boolean} | undefined
  readonly segment?: NetIdentity | undefined
  readonly out?: Out | undefined
}

export function bridgeAlias({port, segment, out}: BridgeMarks): string {
  return [
    'ctys bridge',
    ...(port === undefined ? [] : [port.name, port.wasDown ? 'down' : 'up']),
    ...(segment === undefined ? [] : ['for', segment.name, segment.user]),
    ...(out === undefined ? [] : ['out', out.name, out.forwarded ? '1' : '0']),
  ].join(' ')
}

/** The table of nft(8) of a segment. */
export function tableName(bridge: string): string {
  return `ctys_${digest(`nft\0${bridge}`)}`
}

/** Where the dnsmasq of a bridge has its pid and its leases: root alone writes there. */
export const segmentsDir = '/run/ctys-segments'

export function serverFiles(bridge: string): {readonly pid: string; readonly leases: string} {
  return {pid: `${segmentsDir}/${bridge}.pid`, leases: `${segmentsDir}/${bridge}.leases`}
}

/** The pid of a wirefilter, beside the record of its network. */
export function linkFile({records, name}: Parts, to: string): string {
  return `${records}/${name}.to.${to}.pid`
}

/** The pid of the plug that joins it to those of other hosts. */
export function plugFile({records, name}: Parts): string {
  return `${records}/${name}.vxvde.pid`
}

/** IFNAMSIZ leaves 15 characters. */
export function tunnelName({name, user}: NetIdentity): string {
  return `ctvx${digest(`${user}\0${name}`)}`
}

export function tunnelAlias({name, user}: NetIdentity): string {
  return `ctys vxlan ${name} ${user}`
}

/** The lock of the plug that joins the network to its ends on other hosts. */
export function joinFile({records, name}: Parts): string {
  return `${records}/${name}.join`
}

/** The plug that joins it. */
export function joinOf({name, user}: NetIdentity, uid: number, {joins}: NetFacts): NetJoin | undefined {
  return joins.find((one) => one.name === name && one.user === user && one.uid === uid)
}

/** Another network in the same bridge whose frames somebody carries already. */
export function joinedBridge(
  {name, user}: NetIdentity,
  uid: number,
  facts: NetFacts,
): {readonly bridge: string; readonly join: NetJoin} | undefined {
  const {joins, records} = facts
  const bridgeOf = (one: Pick<NetJoin, 'uid' | 'user' | 'name'>) =>
    records
      .find((record) => record.uid === one.uid && record.user === one.user && record.name === one.name)
      ?.values.get('bridge')
  const bridge = bridgeOf({uid, user, name})
  const own = joinOf({name, user}, uid, facts)
  const join = joins.find((one) => one.lives && one !== own && bridgeOf(one) === bridge)
  return bridge === undefined || join === undefined ? undefined : {bridge, join}
}

/** Of a bridge that got the addresses of this interface as part of `ctys net up` (net-move/remote/watch.ts). */
export function movedAlias(card: string): string {
  return `ctys net up ${card}`
}

/** Undefined for a bridge that ctys did not make. */
export function ownBridge({kind, alias}: Link): OwnBridge | undefined {
  const [, how, card] = kind === 'bridge' ? (/^ctys net (up|move) (\S+)$/.exec(alias) ?? []) : []
  if ((how === 'up' || how === 'move') && card !== undefined) return {interface: card, wasDown: false, moved: how}
  const shape = /^ctys bridge(?: (\S+) (up|down))?(?: for (\S+) (\S+))?(?: out (\S+) ([01]))?$/
  const [whole, name, state, segment, user, out, forwarded] = kind === 'bridge' ? (shape.exec(alias) ?? []) : []
  if (whole === undefined) return undefined
  return {
    ...(name !== undefined && {interface: name}),
    wasDown: state === 'down',
    ...(segment !== undefined && user !== undefined && {segment: {name: segment, user}}),
    ...(out !== undefined && {out: {name: out, forwarded: forwarded === '1'}}),
  }
}

/** The options of a running vde_switch (vde_switch(1)); getopt_long_only(3) reads them: one dash or two, `=` or a word. */
export interface SwitchOptions {
  readonly sock: string
  readonly mgmt: string
  readonly tap: string
  readonly pidFile: string
}

const valued: Readonly<Record<string, keyof SwitchOptions | ''>> = {
  s: 'sock',
  sock: 'sock',
  vdesock: 'sock',
  unix: 'sock',
  M: 'mgmt',
  mgmt: 'mgmt',
  t: 'tap',
  tap: 'tap',
  p: 'pidFile',
  pidfile: 'pidFile',
  n: '',
  numports: '',
  m: '',
  mode: '',
  mod: '',
  dirmode: '',
  g: '',
  group: '',
  f: '',
  rcfile: '',
  mgmtmode: '',
  mgmtgroup: '',
  D: '',
  debugclients: '',
  macaddr: '',
  priority: '',
  hashsize: '',
}

export function switchOptions({argv}: SwitchProcess): SwitchOptions {
  const found = {sock: '', mgmt: '', tap: '', pidFile: ''}
  const take = (key: string | undefined, value: string) => {
    if (key === 'sock' || key === 'mgmt' || key === 'tap' || key === 'pidFile') found[key] = value
  }
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? ''
    const [, name = '', , value] = /^--?([A-Za-z]+)(=(.*))?$/s.exec(word) ?? []
    const long = Object.hasOwn(valued, name) ? valued[name] : undefined
    if (long !== undefined) take(long, value ?? argv[++at] ?? '')
    else if (/^-[a-zA-Z]./.test(word) && !word.startsWith('--')) take(valued[word[1] ?? ''], word.slice(2))
  }
  return found
}

/** The switch that ctys started for this network: its words name the record. `uid`: of the user, or root. */
export function ownSwitch(parts: Parts, uid: number, {switches}: NetFacts): SwitchProcess | undefined {
  return switches.find((one) => (one.uid === uid || one.uid === 0) && switchOptions(one).pidFile === parts.pidFile)
}

/** A switch that has the sockets of this network, and is not ours. */
export function otherSwitch(parts: Parts, own: SwitchProcess | undefined, {switches}: NetFacts) {
  return switches.find((one) => {
    if (one === own) return false
    const {sock, mgmt} = switchOptions(one)
    return sock === parts.sock || mgmt === parts.mgmt
  })
}

/** What ctys wrote of this network; only where the directory is its user's. */
export function recordOf({name, user}: NetIdentity, uid: number, {records}: NetFacts): NetRecord | undefined {
  return records.find((one) => one.name === name && one.user === user && one.uid === uid)
}
