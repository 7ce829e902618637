/** Interfaces of a host, as the look script (remote/net-look.ts) tells them. Strings come from the host and are hostile. */
import {cut} from './cut.js'

export const portStates = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'] as const
export type PortState = (typeof portStates)[number]

export type LinkKind = 'bridge' | 'tap' | 'tun' | 'card' | 'virtual'

export interface Link {
  readonly name: string
  readonly index: number
  /** Lower case; empty where it has none. */
  readonly mac: string
  readonly mtu: number
  /** IFF_UP of netdevice(7). */
  readonly up: boolean
  readonly kind: LinkKind
  /** The bridge, bond or other link it is a part of. */
  readonly master?: string
  /** Of a TAP: who may open it; -1 = nobody but root. */
  readonly uid: number
  readonly gid: number
  /** Something is on the other side; of a TAP: a process has it open. */
  readonly carrier: boolean
  readonly alias: string
  readonly rxBytes: number
  readonly txBytes: number
  readonly addresses: readonly LinkAddress[]
  /** The host reaches something over it. */
  readonly routed: boolean
  /** Of a port of a bridge (brport/state of sysfs). */
  readonly state?: PortState
  /** IPv4 packets that come in there may be sent on. */
  readonly forwards: boolean
}

export interface LinkAddress {
  /** With its prefix: 192.0.2.2/24. */
  readonly address: string
  /** global, site, link or host. */
  readonly scope: string
}

export function readLinks(all: (key: string) => readonly string[]): ReadonlyMap<string, Link> {
  const by = (key: string) => new Map(all(key).map(cut))
  const [masters, owned, aliases, counts, states] = [by('master'), by('owned'), by('alias'), by('counts'), by('state')]
  const [carriers, routes, forwards] = ['carrier', 'route', 'forwards'].map((key) => new Set(all(key)))
  const addresses = new Map<string, LinkAddress[]>()
  for (const line of all('address')) {
    const [name = '', , address = '', scope = ''] = line.split(' ')
    addresses.set(name, [...(addresses.get(name) ?? []), {address, scope}])
  }
  const links = new Map<string, Link>()
  for (const line of all('link')) {
    const [index = '', mac = '', mtu = '', flags = '', kind = '', name = ''] = line.split(' ')
    const [uid = '-1', gid = '-1'] = (owned.get(name) ?? '').split(' ')
    const [rx = '', tx = ''] = (counts.get(name) ?? '').split(' ')
    const master = masters.get(name)
    const state = portStates[Number(states.get(name) ?? -1)]
    links.set(name, {
      name,
      index: Number(index),
      mac: mac === '-' ? '' : mac,
      mtu: Number(mtu),
      up: (Number(flags) & 1) === 1,
      kind: kind as LinkKind,
      ...(master !== undefined && {master}),
      ...(state !== undefined && {state}),
      uid: Number(uid || '-1'),
      gid: Number(gid || '-1'),
      carrier: carriers?.has(name) ?? false,
      alias: aliases.get(name) ?? '',
      rxBytes: Number(rx) || 0,
      txBytes: Number(tx) || 0,
      addresses: addresses.get(name) ?? [],
      routed: routes?.has(name) ?? false,
      forwards: forwards?.has(name) ?? false,
    })
  }
  return links
}
