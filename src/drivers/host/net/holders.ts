/** Who is on a switch: its own table of ports, which names the process behind each, joined with the machines of the host. */
import type {Duplex} from 'node:stream'
import {CtysError, toErrorInfo} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {Become, NetAsk} from '../../../domain/work/net.js'
import {openWay} from '../../qemu/monitor/reach.js'
import {type QemuProcess, scanQemu} from '../../qemu/process/processes.js'
import {relayScript} from '../../qemu/remote/relay.js'
import type {NetFacts, SwitchProcess} from './facts.js'
import {askSwitch, type PortTable, readHash, readPorts, readPortTable, type SwitchPort} from './management.js'
import {joinOf, ownSwitch, partsOf, switchOptions} from './names.js'
import type {Holders} from './plan-down.js'
import {plugOf} from './plan-plug.js'
import {cablesOf} from './plan-ports.js'
import {privilegeFor} from './privilege.js'

export interface SwitchTable {
  readonly ports: readonly SwitchPort[]
  /** MAC addresses that were seen, by port. */
  readonly macs: ReadonlyMap<number, readonly string[]>
  readonly vlans: PortTable
}

interface Asking {
  readonly facts: NetFacts
  readonly become: readonly Become[]
  readonly at: HostContext
}

/** The data of each command of the management. Throws CtysError where the switch does not say it. */
export async function talkTo(
  process: SwitchProcess,
  commands: readonly string[],
  asking: Asking,
): Promise<readonly string[]> {
  const {mgmt} = switchOptions(process)
  if (!mgmt.startsWith('/')) throw new CtysError('COMMAND_FAILED', 'it has no management socket whose place is known')
  return talkAt({mgmt, uid: process.uid}, commands, asking)
}

interface Management {
  readonly mgmt: string
  /** Of its switch. */
  readonly uid: number
}

export async function talkAt(
  management: Management,
  commands: readonly string[],
  asking: Asking,
): Promise<readonly string[]> {
  const stream = await openManagement(management, asking)
  return askSwitch(stream, commands, {signal: asking.at.signal})
}

export async function askTable(process: SwitchProcess, asking: Asking): Promise<SwitchTable> {
  const commands = ['port/allprint', 'hash/print', 'vlan/allprint']
  const [ports = '', hash = '', vlans = ''] = await talkTo(process, commands, asking)
  return {ports: readPorts(ports), macs: readHash(hash), vlans: readPortTable(ports, vlans)}
}

/** What the switch of a network lets through; undefined where it does not run. */
export async function askPorts(facts: NetFacts, ask: NetAsk, at: HostContext): Promise<PortTable | undefined> {
  const {owner} = facts
  const own = owner && ownSwitch(partsOf(ask.name, owner.user, facts), owner.uid, facts)
  if (own === undefined) return undefined
  const [ports = '', vlans = ''] = await talkTo(own, ['port/allprint', 'vlan/allprint'], {
    facts,
    become: ask.become,
    at,
  })
  return readPortTable(ports, vlans)
}

/** By the account where it is its own or root, else as the user of the network where that is permitted. */
async function openManagement({mgmt, uid}: Management, {facts, become, at}: Asking): Promise<Duplex> {
  const {session, signal} = at
  const isOwn = facts.me.uid === 0 || facts.me.uid === uid
  if (!isOwn && become.length > 0 && facts.owner?.uid === uid) {
    const step = {what: 'management', as: 'owner', script: relayScript, argv: ['unix', mgmt]} as const
    return session.open({argv: privilegeFor([step], facts, {become}, '').argvOf(step)}, {signal})
  }
  // who may not write to a socket cannot connect to it (unix(7)), and not every sshd tells
  if (!isOwn && (await session.exec(['test', '-w', mgmt], {signal})).exitCode !== 0) {
    throw new CtysError('NO_PRIVILEGE', 'its management is closed to this account: ask as its user, or as root')
  }
  return openWay(session, {to: {unix: mgmt}, telnet: false}, {signal})
}

/** Of a network that is to go; nobody where its switch does not run. */
export async function askHolders(facts: NetFacts, ask: NetAsk, at: HostContext): Promise<Holders> {
  const {owner} = facts
  if (owner === undefined) return {names: []}
  const parts = partsOf(ask.name, owner.user, facts)
  const own = ownSwitch(parts, owner.uid, facts)
  if (own === undefined) return {names: []}
  try {
    const {ports} = await askTable(own, {facts, become: ask.become, at})
    const ends = ports.flatMap(({port, endpoints}) => endpoints.map((endpoint) => ({port, ...endpoint})))
    const plug = plugOf({facts, parts, owner})
    const laid = [...cablesOf({facts, parts, owner}), ...(plug === undefined ? [] : [plug])]
    const cables = new Set(laid.map(({process}) => process.pid))
    const others = ends.filter(({tap, pid}) => (tap === undefined || tap !== parts.tap) && !cables.has(pid ?? 0))
    if (others.length === 0) return {names: []}
    const machines = await machinesByPid(at)
    const join = joinOf(parts, owner.uid, facts)
    return {
      names: others.map(({port, pid, text}) => {
        if (join?.lives === true && pid === join.pid) return `${join.who}, who joins it to other hosts`
        const machine = pid === undefined ? undefined : machines.get(pid)
        return machine === undefined
          ? `port ${port}: ${text}`
          : `${machine.label || 'a machine'} (process ${pid}, port ${port})`
      }),
    }
  } catch (error) {
    const {code, message} = toErrorInfo(error)
    if (code === 'INTERRUPTED' || code === 'CONNECTION_LOST') throw error
    return {unasked: message}
  }
}

export async function machinesByPid({session, signal}: HostContext): Promise<ReadonlyMap<number, QemuProcess>> {
  const {processes} = await scanQemu(session, {signal})
  return new Map(processes.map((process) => [process.pid, process]))
}
