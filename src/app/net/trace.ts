/**
 * The way from one machine to another, hop by hop: card, port of the switch, TAP, bridge, interface, cable, and the same on
 * the other side from its end. It ends at the first hop that lets nothing through. Pure.
 */
import type {NetHop} from '../../domain/results/net.js'
import type {NetDrop, NetLink, NetPort, NetTap} from '../../domain/work/net.js'
import {pastable} from '../../lib/shell-quote.js'
import {hits} from './drop-rule.js'
import {type HostNet, joined, passes, type Side, sameSwitch, vlanText, wrongVlan} from './trace-switch.js'

export type {HostNet} from './trace-switch.js'

/** Up to and with the first one that is broken. */
export function traceHops(hosts: readonly HostNet[], from: string, to: string): readonly NetHop[] {
  const [near, far] = [sideOf(hosts, from), sideOf(hosts, to)]
  if (near === undefined) return [notThere(from)]
  const start = guestHops(near, hosts)
  if (far === undefined) return untilBroken([...start, notThere(to)])
  const end = guestHops(far, hosts).toReversed()
  if (near.host === far.host && near.switch !== undefined && near.switch.sock === far.switch?.sock) {
    return untilBroken([...start, sameSwitch(near, far), ...end])
  }
  const joint = joined(near, far)
  if (joint !== undefined) return untilBroken([...start, joint, ...end])
  const [out, back] = [wayOut(near), wayOut(far)]
  if (out.bridge === undefined) return untilBroken([...start, ...out.hops, ...back.hops.toReversed(), ...end])
  const leave = [bridgeHop(near, out.bridge, [near, far])]
  if (near.host !== far.host) leave.push(cardHop(near, out.bridge))
  if (back.bridge === undefined) {
    return untilBroken([...start, ...out.hops, ...leave, ...back.hops.toReversed(), ...end])
  }
  if (near.host === far.host) {
    const isOne = out.bridge === back.bridge
    const between = isOne ? leave : [apart(near.host, out.bridge, back.bridge)]
    return untilBroken([...start, ...out.hops, ...between, ...back.hops.toReversed(), ...end])
  }
  const wires = [
    ...leave,
    cable(near, far, {out: out.bridge, back: back.bridge}),
    ...[cardHop(far, back.bridge), bridgeHop(far, back.bridge, [near, far])],
  ]
  return untilBroken([...start, ...out.hops, ...wires, ...back.hops.toReversed(), ...end])
}

function untilBroken(hops: readonly NetHop[]): readonly NetHop[] {
  const at = hops.findIndex(({state}) => state === 'broken')
  return at < 0 ? hops : hops.slice(0, at + 1)
}

function notThere(name: string): NetHop {
  return {host: '', at: name, state: 'broken', why: 'it runs on none of the hosts that were asked', next: 'ctys list'}
}

function sideOf(hosts: readonly HostNet[], name: string): Side | undefined {
  for (const {host, data} of hosts) {
    const guest = data.guests.find(({label}) => label === name)
    if (guest === undefined) continue
    const isIts = ({pid}: {readonly pid?: number}) => pid === guest.pid
    const holder = data.switches.find(({ports = []}) => ports.some(isIts))
    const port = holder?.ports?.find(isIts)
    const tap = data.taps.find(isIts)
    return {
      ...{host, data, guest},
      ...(holder !== undefined && port !== undefined && {switch: holder, port}),
      ...(tap !== undefined && {tap}),
    }
  }
  return undefined
}

/** The machine, its address, and where it is plugged in. */
function guestHops(side: Side, hosts: readonly HostNet[]): readonly NetHop[] {
  const {host, guest, port, tap, data} = side
  const at = `${guest.label} (process ${guest.pid})`
  const twin = twinOf(side, hosts)
  if (twin !== undefined)
    return [
      {
        host,
        at,
        state: 'broken',
        why: `its address ${twin.mac} is that of ${twin.name} too`,
        next: 'ctys set one of them another MAC address',
      },
    ]
  const self: NetHop = {host, at, state: 'ok', ...(guest.macs.length > 0 && {why: guest.macs.join(', ')})}
  if (port !== undefined) return [self, portHop(side, port)]
  if (tap !== undefined) return [self]
  const [wanted] = guest.wants.filter(({kind}) => kind === 'vde' || kind === 'tap')
  const unasked = data.switches.find(({sock, unasked: why}) => why !== undefined && sock === wanted?.name)
  if (unasked !== undefined)
    return [self, {host, at: `switch ${unasked.sock}`, state: 'unknown', why: unasked.unasked ?? ''}]
  const why =
    wanted?.kind === 'vde'
      ? `it is on no port of a switch, its QEMU was told to plug into ${wanted.name}`
      : wanted?.kind === 'tap'
        ? `it has no TAP open, its QEMU was told to take ${wanted.name}`
        : 'it is on no network of its host (its QEMU has a network of its own, or none)'
  return [
    self,
    {
      host,
      at: 'missing port',
      state: 'broken',
      why,
      next: `ctys net up ${pastable(host)}, then start ${pastable(guest.label)} again`,
    },
  ]
}

function portHop({host, guest, switch: holder}: Side, {port, vlan, seen, tagged}: NetPort): NetHop {
  const at = `port ${port} of switch ${holder?.sock ?? ''}, ${vlanText(vlan)}${tagged.length === 0 ? '' : `, tagged ${tagged.join(' ')}`}`
  const strange = seen.filter((mac) => !guest.macs.includes(mac))
  if (guest.macs.length > 0 && strange.length > 0 && strange.length === seen.length) {
    return {
      host,
      at,
      state: 'broken',
      why: `wrong MAC: the port has seen ${strange.join(', ')}, the machine has ${guest.macs.join(', ')}`,
      next: `look at the address inside ${guest.label}`,
    }
  }
  return {host, at, state: 'ok'}
}

function twinOf({guest, host}: Side, hosts: readonly HostNet[]) {
  for (const other of hosts) {
    for (const {label, pid, macs} of other.data.guests) {
      if (other.host === host && pid === guest.pid) continue
      const mac = macs.find((one) => guest.macs.includes(one))
      if (mac !== undefined) return {mac, name: `${label || `process ${pid}`} on ${other.host}`}
    }
  }
  return undefined
}

interface WayOut {
  readonly hops: readonly NetHop[]
  readonly bridge?: string
}

/** From the port of a machine to the bridge of its host. */
function wayOut({host, data, switch: holder, port, tap: own}: Side): WayOut {
  if (own !== undefined) return tapHops({host, data}, own, undefined)
  if (holder === undefined || port === undefined) return {hops: []}
  const at = `switch ${holder.sock}`
  const up = holder.ports?.find(({tap}) => tap !== undefined)
  const tap = data.taps.find(({name}) => name === up?.tap)
  if (up === undefined || tap === undefined) {
    const why = 'missing port: the switch has no TAP, so nothing leaves it'
    return {hops: [{host, at, state: 'broken', why, next: `ctys net up ${pastable(host)} -u ${holder.user}`}]}
  }
  if (!passes(port, up)) return {hops: [wrongVlan(host, at, port, up)]}
  return tapHops({host, data}, tap, {host, at, state: 'ok'})
}

function tapHops({host, data}: HostNet, {name, up, bridge}: NetTap, before: NetHop | undefined): WayOut {
  const front = before === undefined ? [] : [before]
  const at = `TAP ${name}`
  const onto = bridge === undefined ? {} : {bridge}
  const broken = (why: string, next: string): WayOut => ({
    hops: [...front, {host, at, state: 'broken', why, next}],
    ...onto,
  })
  if (!up) return broken('link down', `on ${host}: ip link set dev ${pastable(name)} up`)
  if (bridge === undefined)
    return broken('it is in no bridge', `on ${host}: ip link set dev ${pastable(name)} master BRIDGE`)
  const link = data.links.find((one) => one.name === name)
  if (link !== undefined && !link.carrier)
    return broken('link down: nobody has it open', `ctys net up ${pastable(host)}`)
  const blocked = link && blockedText(link)
  if (blocked !== undefined) return broken(blocked, `on ${host}: bridge link show dev ${pastable(name)}`)
  return {hops: [...front, {host, at, state: 'ok'}], ...onto}
}

function blockedText({state, bridge}: NetLink): string | undefined {
  return state === undefined || state === 'forwarding' ? undefined : `STP: ${bridge} has it ${state}`
}

function bridgeHop({host, data}: HostNet, name: string, [near, far]: readonly [Side, Side]): NetHop {
  const at = `bridge ${name}`
  const bridge = data.bridges.find((one) => one.name === name)
  if (bridge?.up === false)
    return {host, at, state: 'broken', why: 'link down', next: `on ${host}: ip link set dev ${pastable(name)} up`}
  if (data.drops === undefined) return {host, at, state: 'ok', why: 'its packet filter is not known: ask as root'}
  const addresses = [near, far].map(({guest: {macs, ips}}) => [...macs, ...ips])
  const links = [name, ...data.links.filter((link) => link.bridge === name).map((link) => link.name)]
  const rule = data.drops.find((drop) => hits(drop, {addresses, links}))
  return rule === undefined
    ? {host, at, state: 'ok'}
    : {
        host,
        at,
        state: 'broken',
        why: `nft drops it: ${dropText(rule)}`,
        next: `on ${host}: nft list table ${rule.family} ${pastable(rule.table)}`,
      }
}

function dropText({family, table, chain, rule}: NetDrop): string {
  return `table ${family} ${table}, chain ${chain}: ${rule}`
}

/** What leads from the bridge to other hosts. */
function cardHop({host, data}: HostNet, bridge: string): NetHop {
  const all = data.links.filter((link) => link.bridge === bridge && link.kind !== 'tap' && link.kind !== 'tun')
  const good = all.find((link) => link.up && link.carrier && blockedText(link) === undefined)
  if (good !== undefined) return {host, at: `interface ${good.name}`, state: 'ok'}
  const [first] = all
  if (first === undefined) {
    const why = 'missing port: the bridge has no interface, so nothing leaves the host'
    return {
      host,
      at: `bridge ${bridge}`,
      state: 'broken',
      why,
      next: `ctys net up ${pastable(host)} -b ${bridge} -i INTERFACE`,
    }
  }
  const why = blockedText(first) ?? (first.up ? 'link down: no carrier' : 'link down')
  return {
    host,
    at: `interface ${first.name}`,
    state: 'broken',
    why,
    next: `on ${host}: ip link show dev ${pastable(first.name)}`,
  }
}

/** Between the hosts: an address that one bridge has seen at its interface proves it. */
function cable(near: Side, far: Side, {out, back}: {readonly out: string; readonly back: string}): NetHop {
  const host = `${near.host} - ${far.host}`
  const sees = ({data}: Side, bridge: string, {guest}: Side) =>
    data.seen.some((one) => one.bridge === bridge && guest.macs.includes(one.mac))
  if (sees(near, out, far) || sees(far, back, near)) return {host, at: 'cable', state: 'ok'}
  const why = 'neither bridge has seen the other machine yet: let one of them ping the other, and ask again'
  return {host, at: 'cable', state: 'unknown', why}
}

function apart(host: string, one: string, other: string): NetHop {
  const why = `${one} and ${other} are two networks of the host, and nothing joins them`
  return {host, at: `bridge ${one}`, state: 'broken', why, next: 'put both machines on one network'}
}
