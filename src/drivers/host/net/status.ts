/** NET-STATUS: switches, bridges and TAPs of a host, who is on which port, and what is left of networks. */
import {toErrorInfo} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {readingHandler} from '../../../domain/work/handler.js'
import type {
  NetBridge,
  NetGuest,
  NetLink,
  NetPort,
  NetStatusData,
  NetSwitch,
  NetTap,
  NetTunnel,
} from '../../../domain/work/net.js'
import type {QemuProcess} from '../../qemu/process/processes.js'
import type {NetFacts, SwitchProcess} from './facts.js'
import {findingsOf} from './findings.js'
import {askTable, machinesByPid, type SwitchTable} from './holders.js'
import {lookAtNet} from './look.js'
import type {SwitchPort} from './management.js'
import {joinOf, ownBridge, partsOf, switchOptions, tapOf} from './names.js'
import {joinedBy, plugOf} from './plan-plug.js'

type Machines = ReadonlyMap<number, QemuProcess>

export const netStatus = readingHandler<'net-status'>(async ({ask}, at) => {
  const facts = await lookAtNet({...(ask.user !== undefined && {user: ask.user}), whole: true}, at)
  const taps = [...facts.links.values()].filter(({kind}) => kind === 'tap')
  const machines: Machines = await machinesByPid(at)
  const switches: NetSwitch[] = []
  for (const process of facts.switches)
    switches.push(await seeSwitch(process, {facts, become: ask.become, at, machines}))
  return {
    kind: 'net-status',
    switches,
    bridges: bridgesOf(facts),
    taps: taps.map((tap) => toTap(tap.name, facts, machines)).filter((tap) => tap !== undefined),
    tunnels: tunnelsOf(facts),
    links: linksOf(facts),
    guests: [...machines.values()].map((machine) => toGuest(machine, facts)),
    seen: facts.seen,
    ...(facts.drops !== undefined && {drops: facts.drops}),
    findings: findingsOf(facts),
    ...(facts.hidden && {hidden: true}),
  } satisfies NetStatusData
})

interface Seeing {
  readonly facts: NetFacts
  readonly become: NonNullable<Parameters<typeof askTable>[1]>['become']
  readonly at: HostContext
  readonly machines: Machines
}

async function seeSwitch(process: SwitchProcess, {facts, become, at, machines}: Seeing): Promise<NetSwitch> {
  const {sock, mgmt, tap, pidFile} = switchOptions(process)
  const user = facts.users.get(process.uid) ?? String(process.uid)
  const name = networkOf(pidFile, facts)
  const known = {...(name !== undefined && {name}), user, pid: process.pid, sock, mgmt, ...(tap !== '' && {tap})}
  const join = name === undefined ? undefined : joinOf({name, user}, process.uid, facts)
  const plug = name === undefined ? undefined : plugInto(name, {user, uid: process.uid}, facts)
  const joined = join?.lives === true ? {who: join.who, pid: join.pid} : plug
  const base = {...known, managed: name !== undefined, ...(joined && {joined})}
  try {
    const {ports, macs, vlans} = await askTable(process, {facts, become, at})
    return {...base, ports: ports.flatMap((port) => toPorts(port, {macs, vlans, machines}))}
  } catch (error) {
    const {code, message} = toErrorInfo(error)
    if (code === 'INTERRUPTED' || code === 'CONNECTION_LOST') throw error
    return {...base, unasked: message}
  }
}

/** By multicast: whoever is in the same group on another host. */
function plugInto(
  name: string,
  owner: {readonly user: string; readonly uid: number},
  facts: NetFacts,
): NetSwitch['joined'] | undefined {
  const plug = plugOf({facts, parts: partsOf(name, owner.user, facts), owner})
  return plug && {who: joinedBy(plug), pid: plug.process.pid}
}

/** Its words name the record of a network. */
function networkOf(pidFile: string, {base}: NetFacts): string | undefined {
  const front = `${base.path}/ctys-net.`
  if (!pidFile.startsWith(front) || !pidFile.endsWith('.pid')) return undefined
  return pidFile.slice(front.length, -'.pid'.length).split('/')[1]
}

function toPorts(
  {port, vlan, rxBytes, txBytes, endpoints}: SwitchPort,
  {macs, vlans, machines}: Pick<SwitchTable, 'macs' | 'vlans'> & {readonly machines: Machines},
): readonly NetPort[] {
  return endpoints.map(({text, tap, pid, user}) => {
    const machine = pid === undefined ? undefined : machines.get(pid)
    const seen = macs.get(port) ?? []
    return {
      port,
      vlan,
      ...(tap !== undefined && {tap}),
      ...(pid !== undefined && {pid}),
      ...(user !== undefined && {user}),
      endpoint: text,
      ...(machine !== undefined && {machine: machine.label}),
      macs: machine !== undefined && machine.macs.length > 0 ? machine.macs : seen,
      seen,
      tagged: [...vlans.tagged].filter(([, at]) => at.has(port)).map(([one]) => one),
      rxBytes,
      txBytes,
    }
  })
}

function tunnelsOf({links, tunnels}: NetFacts): readonly NetTunnel[] {
  return [...tunnels].flatMap(([name, {vni, local, over, peers}]) => {
    const link = links.get(name)
    if (link === undefined) return []
    const [, network, user] = /^ctys vxlan (\S+) (\S+)$/.exec(link.alias) ?? []
    const {mtu, up, master, rxBytes, txBytes} = link
    return [
      {
        ...{name, vni, local, over, peers, mtu, up, rxBytes, txBytes},
        ...(network !== undefined && {network}),
        ...(user !== undefined && {user}),
        ...(master !== undefined && {bridge: master}),
      },
    ]
  })
}

function linksOf({links}: NetFacts): readonly NetLink[] {
  return [...links.values()].flatMap(({name, master, kind, up, carrier, state, rxBytes, txBytes}) =>
    master === undefined || links.get(master)?.kind !== 'bridge'
      ? []
      : [{name, bridge: master, kind, up, carrier, ...(state !== undefined && {state}), rxBytes, txBytes}],
  )
}

function toGuest({label, pid, macs, argv}: QemuProcess, {neighbours}: NetFacts): NetGuest {
  const ips = neighbours.filter(({mac}) => macs.includes(mac)).map(({ip}) => ip)
  return {label, pid, macs, ips: [...new Set(ips)], wants: wiresOf(argv)}
}

/** Of -netdev, -nic and -net (qemu(1)). */
function wiresOf(argv: readonly string[]): NetGuest['wants'] {
  return argv.flatMap((word, index): NetGuest['wants'] => {
    if (!/^--?(?:netdev|nic|net)$/.test(word)) return []
    const [type = '', ...options] = (argv[index + 1] ?? '').split(',')
    const value = (key: string) => options.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1) ?? ''
    if (type === 'vde') return [{kind: 'vde', name: value('sock')}]
    if (type === 'tap') return [{kind: 'tap', name: value('ifname')}]
    if (type === 'bridge') return [{kind: 'bridge', name: value('br')}]
    if (type === 'nic' || type === 'none') return []
    return [{kind: type === 'user' ? ('user' as const) : ('other' as const), name: ''}]
  })
}

function bridgesOf({links}: NetFacts): readonly NetBridge[] {
  const all = [...links.values()]
  return all
    .filter(({kind}) => kind === 'bridge')
    .map((link) => ({
      name: link.name,
      mac: link.mac.toUpperCase(),
      mtu: link.mtu,
      up: link.up,
      managed: ownBridge(link) !== undefined,
      ports: all.filter(({master}) => master === link.name).map(({name}) => name),
      addresses: link.addresses.filter(({scope}) => scope !== 'link').map(({address}) => address),
    }))
}

function toTap(name: string, {links, users, open}: NetFacts, machines: Machines): NetTap | undefined {
  const link = links.get(name)
  if (link === undefined) return undefined
  const network = tapOf(link)
  const pid = open.find((one) => one.link === name)?.pid
  const machine = pid === undefined ? undefined : machines.get(pid)
  return {
    name,
    user: link.uid < 0 ? '' : (users.get(link.uid) ?? String(link.uid)),
    up: link.up,
    managed: network !== undefined,
    ...(network !== undefined && {network: network.name}),
    ...(link.master !== undefined && {bridge: link.master}),
    ...(pid !== undefined && {pid}),
    ...(machine !== undefined && {machine: machine.label}),
    rxBytes: link.rxBytes,
    txBytes: link.txBytes,
  }
}
