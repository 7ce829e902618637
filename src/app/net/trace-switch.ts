/** Hops of `ctys net trace` at switches: ports of one, and of two that somebody joins. Pure. */
import type {NetHop} from '../../domain/results/net.js'
import type {NetGuest, NetPort, NetStatusData, NetSwitch, NetTap} from '../../domain/work/net.js'

export interface HostNet {
  readonly host: string
  readonly data: NetStatusData
}

/** Where a machine is plugged in, as far as its host shows it. */
export interface Side extends HostNet {
  readonly guest: NetGuest
  readonly port?: NetPort
  readonly switch?: NetSwitch
  readonly tap?: NetTap
}

/** Of a segment that spans hosts through ctys: the switches of both are joined, by one call. */
export function joined(near: Side, far: Side): NetHop | undefined {
  const [one, other] = [near.switch, far.switch]
  if (near.host === far.host || one?.joined === undefined || one.joined.who !== other?.joined?.who) return undefined
  if (one.name !== other.name) return undefined
  const [host, at] = [`${near.host} - ${far.host}`, `joined by ${one.joined.who}`]
  const plugs = [near, far].map(({switch: holder, port}) => ({
    port,
    plug: holder?.ports?.find(({pid}) => pid !== undefined && pid === holder.joined?.pid),
  }))
  for (const {port, plug} of plugs)
    if (port !== undefined && plug !== undefined && !passes(port, plug)) return wrongVlan(host, at, port, plug)
  return {host, at, state: 'ok'}
}

export function sameSwitch(near: Side, far: Side): NetHop {
  const at = `switch ${near.switch?.sock ?? ''}`
  const {host} = near
  if (near.port === undefined || far.port === undefined || passes(near.port, far.port)) return {host, at, state: 'ok'}
  return wrongVlan(host, at, near.port, far.port)
}

export function wrongVlan(host: string, at: string, one: NetPort, other: NetPort): NetHop {
  const why = `wrong VLAN: port ${one.port} is in ${vlanText(one.vlan)}, port ${other.port} in ${vlanText(other.vlan)}`
  return {host, at, state: 'broken', why, next: 'the VLANs of ports stand in the file of ctys net apply'}
}

/** Without a tag at the one, and without or with one at the other. */
export function passes(one: NetPort, other: NetPort): boolean {
  return one.vlan === other.vlan || other.tagged.includes(one.vlan) || one.tagged.includes(other.vlan)
}

export function vlanText(vlan: number): string {
  return vlan === 0 ? 'no VLAN' : `VLAN ${vlan}`
}
