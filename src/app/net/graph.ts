/** Hosts, bridges, their ports, switches and guests as one graph. Pure. */
import type {NetEdge, NetNode} from '../../domain/results/net.js'
import type {NetPort, NetStatusData, NetSwitch} from '../../domain/work/net.js'
import type {HostNet} from './trace.js'

interface Graph {
  readonly nodes: readonly NetNode[]
  readonly edges: readonly NetEdge[]
}

export function graphOf(hosts: readonly HostNet[]): Graph {
  const parts = hosts.map(hostGraph)
  return {nodes: parts.flatMap(({nodes}) => nodes), edges: parts.flatMap(({edges}) => edges)}
}

function hostGraph({host, data}: HostNet): Graph {
  const nodes: NetNode[] = []
  const edges: NetEdge[] = []
  const add = (kind: NetNode['kind'], name: string, note: string, from?: string, label = '') => {
    const id = `${host}/${kind}/${name}`
    if (!nodes.some((node) => node.id === id)) nodes.push({id, kind, host, name, note})
    if (from !== undefined) edges.push({from, to: id, label})
    return id
  }
  const root = add('host', host, '')
  const guest = (
    pid: number | undefined,
    other: string,
    {from, label}: {readonly from: string; readonly label: string},
  ) => {
    const found = data.guests.find((one) => one.pid === pid)
    if (found === undefined) add('plug', other, '', from, label)
    else add('guest', found.label || `process ${found.pid}`, [...found.macs, ...found.ips].join(' '), from, label)
  }
  const plug = (one: NetSwitch, from: string) => {
    const id = add('switch', one.sock, one.name === undefined ? one.user : `${one.name} of ${one.user}`, from)
    for (const port of one.ports ?? []) {
      if (port.tap === undefined) guest(port.pid, port.endpoint, {from: id, label: portText(port)})
    }
  }
  const hung = new Set<string>()
  const tapIn = (name: string, from: string) => {
    const tap = data.taps.find((one) => one.name === name)
    const id = add('tap', name, tap?.up === false ? 'down' : 'up', from)
    const holder = data.switches.find((one) => isOn(one, name))
    if (holder !== undefined) {
      hung.add(holder.sock)
      plug(holder, id)
    } else if (tap?.pid !== undefined) guest(tap.pid, `process ${tap.pid}`, {from: id, label: ''})
  }
  for (const {name, up, addresses, ports} of data.bridges) {
    const id = add('bridge', name, [up ? 'up' : 'down', ...addresses].join(' '), root)
    for (const port of ports) {
      if (data.taps.some((tap) => tap.name === port)) tapIn(port, id)
      else add('link', port, linkNote(data, port), id)
    }
  }
  for (const {name, bridge} of data.taps) if (bridge === undefined) tapIn(name, root)
  for (const one of data.switches) if (!hung.has(one.sock)) plug(one, root)
  return {nodes, edges}
}

function isOn({tap, ports = []}: NetSwitch, name: string): boolean {
  return tap === name || ports.some((port) => port.tap === name)
}

function portText({port, vlan}: NetPort): string {
  return vlan === 0 ? `port ${port}` : `port ${port}, VLAN ${vlan}`
}

function linkNote({links}: NetStatusData, name: string): string {
  const link = links.find((one) => one.name === name)
  if (link === undefined) return ''
  const state = link.state === undefined || link.state === 'forwarding' ? '' : ` ${link.state}`
  return `${!link.up ? 'down' : link.carrier ? 'up' : 'no carrier'}${state}`
}
