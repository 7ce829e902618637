/** What the look script (remote/net-look.ts) said of a host, as data. Strings come from the host and are hostile. */

import {cut} from './cut.js'
import {type Link, readLinks} from './links.js'

export type {Link} from './links.js'

/** A running program of a network: vde_switch, wirefilter, vde_plug or dnsmasq. */
export interface NetProcess {
  readonly pid: number
  /** Ticks since boot; with the pid it names one process. */
  readonly start: string
  readonly uid: number
  readonly argv: readonly string[]
}

export type SwitchProcess = NetProcess

/** A VXLAN as ip-link(8) shows it. */
export interface Tunnel {
  readonly vni: number
  readonly local: string
  readonly over: string
  /** What is for everybody is sent to these. */
  readonly peers: readonly string[]
}

/** A plug of a segment that spans hosts, by its lock. */
export interface NetJoin {
  readonly uid: number
  readonly user: string
  readonly name: string
  /** It runs. */
  readonly lives: boolean
  readonly pid: number
  readonly id: string
  /** Who joined, as it said of itself. */
  readonly who: string
}

/** What ctys wrote on the host of a network that it made. */
export interface NetRecord {
  readonly uid: number
  readonly user: string
  readonly name: string
  readonly values: ReadonlyMap<string, string>
}

/** Of nft(8). */
export interface DropRule {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly rule: string
}

export interface PlaceState {
  readonly path: string
  readonly kind: 'none' | 'directory' | 'socket' | 'file' | 'link' | 'other'
  readonly uid: number
  /** Somebody takes connections there. */
  readonly listens: boolean
}

export interface Owner {
  readonly user: string
  readonly uid: number
  readonly gid: number
  readonly groups: readonly string[]
}

export interface NetFacts {
  readonly system: string
  readonly me: {readonly user: string; readonly uid: number}
  /** The host hides the processes of others. */
  readonly hidden: boolean
  readonly base: {readonly path: string; readonly state: 'missing' | 'denied' | 'unsafe' | 'ok'}
  /** Undefined: there is no such user. */
  readonly owner: Owner | undefined
  /** Undefined: none was asked for. */
  readonly group: {readonly exists: boolean} | undefined
  /** Paths by name. */
  readonly tools: ReadonlyMap<string, string>
  readonly ip: 'iproute2' | 'busybox' | undefined
  /** Long options that not every vde_switch has. */
  readonly vdeOptions: ReadonlySet<string>
  readonly tun: 'none' | 'closed' | 'broken' | 'ok'
  /** The device is open to everybody. */
  readonly tunForAll: boolean
  readonly tunMode: string
  readonly places: {readonly sock: PlaceState; readonly mgmt: PlaceState; readonly record: PlaceState} | undefined
  /** By name. */
  readonly links: ReadonlyMap<string, Link>
  readonly switches: readonly SwitchProcess[]
  /** The pids of those that began less than five seconds ago: they may not be whole yet. */
  readonly young: ReadonlySet<number>
  /** Each wirefilter and vde_plug, and each dnsmasq that root started for ctys. */
  readonly filters: readonly NetProcess[]
  readonly servers: readonly NetProcess[]
  /** What the default route of IPv4 leaves by. */
  readonly way: string | undefined
  /** Tables of nft(8) for IPv4; undefined where the account may not see them. */
  readonly tables: ReadonlySet<string> | undefined
  /** Who has which TAP open. */
  readonly open: readonly {readonly pid: number; readonly link: string}[]
  readonly records: readonly NetRecord[]
  readonly joins: readonly NetJoin[]
  /** Links of the kind vxlan, by name. */
  readonly tunnels: ReadonlyMap<string, Tunnel>
  /** Who is known to have which address. */
  readonly neighbours: readonly {readonly link: string; readonly ip: string; readonly mac: string}[]
  /** Addresses that a bridge has seen at its ports. */
  readonly seen: readonly {readonly bridge: string; readonly port: string; readonly mac: string}[]
  /** Rules that drop bridged frames; undefined where the account may not see them. */
  readonly drops: readonly DropRule[] | undefined
  /** Names of users, by uid. */
  readonly users: ReadonlyMap<number, string>
}

/** Undefined when the answer is not complete. */
export function readFacts(text: string): NetFacts | undefined {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  if (lines.at(-1) !== 'end') return undefined
  const values = new Map<string, string[]>()
  const processes: {kind: string; pid: number; start: string; uid: number; argv: string[]}[] = []
  const records: {uid: number; user: string; name: string; values: Map<string, string>}[] = []
  for (const line of lines) {
    const [key, rest] = cut(line)
    if (key === 'switch' || key === 'filter' || key === 'server') {
      const [pid = '', start = '', uid = ''] = rest.split(' ')
      processes.push({kind: key, pid: Number(pid), start, uid: Number(uid), argv: []})
    } else if (key === 'word') {
      processes.at(-1)?.argv.push(rest)
    } else if (key === 'record') {
      const [uid = '', user = '', name = ''] = rest.split(' ')
      records.push({uid: Number(uid), user, name, values: new Map()})
    } else if (key === 'has') {
      records.at(-1)?.values.set(...cut(rest))
    } else {
      const known = values.get(key)
      if (known === undefined) values.set(key, [rest])
      else known.push(rest)
    }
  }
  const all = (key: string): readonly string[] => values.get(key) ?? []
  const first = (key: string) => all(key)[0] ?? ''
  const of = (wanted: string): readonly NetProcess[] =>
    processes.filter(({kind}) => kind === wanted).map(({kind, ...process}) => process)
  const [me = '', uid = ''] = first('me').split(' ')
  const [state = '', path] = cut(first('base'))
  const [tunMode = '', ...tunOwner] = first('tunmode').split(' ')
  return {
    system: first('system'),
    me: {user: me, uid: Number(uid)},
    hidden: first('processes') !== 'shown',
    base: {path, state: isBaseState(state) ? state : 'missing'},
    owner: readOwner(first('owner'), first('members')),
    group: values.has('group') ? {exists: first('group') !== 'missing'} : undefined,
    tools: new Map(all('tool').map(cut)),
    ip: first('ip') === 'iproute2' || first('ip') === 'busybox' ? (first('ip') as 'iproute2' | 'busybox') : undefined,
    vdeOptions: new Set(all('vde')),
    tun: isTunState(first('tun')) ? (first('tun') as NetFacts['tun']) : 'none',
    tunForAll: /^c.{6}rw/.test(tunMode),
    tunMode: `${tunMode} ${tunOwner.join(' ')}`.trim(),
    places: readPlaces(all('at'), new Set(all('listens'))),
    links: readLinks(all),
    switches: of('switch'),
    young: new Set(all('young').map(Number)),
    filters: of('filter'),
    servers: of('server'),
    way: all('default')[0],
    tables: values.has('tables') ? new Set(all('table')) : undefined,
    open: all('open').map((line) => {
      const [pid, link] = cut(line)
      return {pid: Number(pid), link}
    }),
    records,
    joins: all('join').map((line) => {
      const [uid = '', user = '', name = '', state = '', pid = '', id = '', ...who] = line.split(' ')
      return {uid: Number(uid), user, name, lives: state === 'live', pid: Number(pid), id, who: who.join(' ')}
    }),
    tunnels: readTunnels(all('tunnel'), all('peer')),
    neighbours: all('neighbour').map((line) => {
      const [link = '', ip = '', mac = ''] = line.split(' ')
      return {link, ip, mac: mac.toUpperCase()}
    }),
    seen: all('seen').map((line) => {
      const [bridge = '', port = '', mac = ''] = line.split(' ')
      return {bridge, port, mac: mac.toUpperCase()}
    }),
    drops: values.has('drops')
      ? all('drop').map((line) => {
          const [family = '', table = '', chain = '', ...rule] = line.split(' ')
          return {family, table, chain, rule: rule.join(' ')}
        })
      : undefined,
    users: new Map(all('user').map((line) => [Number(cut(line)[0]), cut(line)[1]])),
  }
}

function readTunnels(lines: readonly string[], peers: readonly string[]): NetFacts['tunnels'] {
  return new Map(
    lines.map((line) => {
      const [name = '', vni = '', local = '', over = ''] = line.split(' ')
      const own = peers.map(cut).flatMap(([of, peer]) => (of === name ? [peer] : []))
      return [name, {vni: Number(vni), local, over, peers: own}] as const
    }),
  )
}

function isBaseState(word: string): word is NetFacts['base']['state'] {
  return ['missing', 'denied', 'unsafe', 'ok'].includes(word)
}

function isTunState(word: string): word is NetFacts['tun'] {
  return ['none', 'closed', 'broken', 'ok'].includes(word)
}

function readOwner(line: string, members: string): Owner | undefined {
  const [user = '', uid = '', gid = ''] = line.split(' ')
  if (uid === '' || gid === '') return undefined
  return {user, uid: Number(uid), gid: Number(gid), groups: members.split(' ').filter((group) => group !== '')}
}

function readPlaces(lines: readonly string[], listens: ReadonlySet<string>): NetFacts['places'] {
  const places = new Map<string, PlaceState>()
  for (const line of lines) {
    const [, what = '', kind = '', uid = '', path = ''] = /^(\S+) (\S+) (\S+) (.*)$/.exec(line) ?? []
    const listening = listens.has(path) || listens.has(`${path}/ctl`)
    places.set(what, {path, kind: kind as PlaceState['kind'], uid: Number(uid), listens: listening})
  }
  const [sock, mgmt, record] = ['sock', 'mgmt', 'record'].map((what) => places.get(what))
  return sock === undefined || mgmt === undefined || record === undefined ? undefined : {sock, mgmt, record}
}
