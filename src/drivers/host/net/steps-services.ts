/** The single steps of what a segment has on its bridge; each one command of root. */
import {netGoneScript} from '../remote/net-switch.js'
import type {NetFacts, NetProcess} from './facts.js'
import {tableName} from './names.js'
import {ip, type Step} from './steps.js'

export {type Step, setAlias} from './steps.js'

type Tools = Pick<NetFacts, 'tools' | 'ip'>

export function addAddress(facts: Tools, bridge: string, address: string): Step {
  const what = `address ${address} on ${bridge}`
  return {
    ...ip(facts, what, 'addr', 'add', address, 'brd', '+', 'dev', bridge),
    undo: removeAddress(facts, bridge, address),
  }
}

export function removeAddress(facts: Tools, bridge: string, address: string): Step {
  return {...ip(facts, `address ${address} on ${bridge}`, 'addr', 'del', address, 'dev', bridge), sign: '-'}
}

interface Table {
  readonly bridge: string
  readonly network: string
  readonly out: string
  readonly isThere: boolean
}

/** In one transaction, whatever was there of it (nft(8)). */
export function makeTable(facts: Tools, {bridge, network, out, isThere}: Table): Step {
  const table = tableName(bridge)
  const rules = `add table ip ${table}
delete table ip ${table}
table ip ${table} {
  chain leave {
    type nat hook postrouting priority 100; policy accept;
    ip saddr ${network} oifname "${out}" masquerade
  }
  chain pass {
    type filter hook forward priority 0; policy accept;
    iifname "${bridge}" oifname "${bridge}" accept
    iifname "${bridge}" oifname != "${out}" drop
    oifname "${bridge}" ct state established,related accept
    oifname "${bridge}" drop
  }
}
`
  return {
    what: `NAT of ${network} by ${out} (table ${table})`,
    as: 'root',
    argv: [nft(facts), '-f', '-'],
    input: rules,
    ...(isThere ? {sign: '~' as const} : {undo: dropTable(facts, bridge)}),
  }
}

export function dropTable(facts: Tools, bridge: string): Step {
  const table = tableName(bridge)
  return {
    what: `NAT (table ${table})`,
    as: 'root',
    argv: [nft(facts), '-f', '-'],
    input: `add table ip ${table}\ndelete table ip ${table}\n`,
    sign: '-',
  }
}

function nft({tools}: Tools): string {
  return tools.get('nft') ?? 'nft'
}

/** Of this interface alone (ip-sysctl, conf/INTERFACE/forwarding). */
export function forward(name: string, isOn: boolean): Step {
  const word = isOn ? '1' : '0'
  return {
    what: `${name} ${isOn ? 'forwards' : 'does not forward'}`,
    as: 'root',
    argv: ['tee', `/proc/sys/net/ipv4/conf/${name}/forwarding`],
    input: word,
    ...(isOn ? {undo: forward(name, false)} : {sign: '-' as const}),
  }
}

interface Server {
  readonly bridge: string
  readonly dir: string
  readonly words: readonly string[]
  readonly isThere: boolean
}

/** It goes into the background when it has its sockets, and fails before. */
export function startServer({tools}: Tools, {bridge, dir, words, isThere}: Server): readonly Step[] {
  const range = words.find((word) => word.startsWith('--dhcp-range='))?.slice('--dhcp-range='.length)
  const domain = words.find((word) => word.startsWith('--domain='))?.slice('--domain='.length)
  const what = [
    ...(range === undefined ? [] : [`DHCP ${range.replace(/,(\d+)$/, ' for $1 s').replace(',', ' to ')}`]),
    `DNS${domain === undefined ? '' : ` of ${domain}`}`,
  ].join(', ')
  return [
    {what: `directory ${dir}`, as: 'root', argv: ['mkdir', '-p', '-m', '755', dir], isMinor: true},
    {
      what: `${what} on ${bridge}`,
      as: 'root',
      argv: [tools.get('dnsmasq') ?? 'dnsmasq', ...words],
      ...(isThere && {sign: '~' as const}),
    },
  ]
}

/** The process was seen a moment ago; it is waited for. */
export function stopServer({pid, start}: NetProcess, bridge: string): readonly Step[] {
  return [
    {what: `DHCP and DNS on ${bridge}`, as: 'root', argv: ['kill', String(pid)], sign: '-'},
    {what: `process ${pid} ended`, as: 'owner', script: netGoneScript, argv: [String(pid), start], isMinor: true},
  ]
}

/** The directory goes with the last of them. */
export function removeFiles(files: readonly string[], dir: string): readonly Step[] {
  return [
    {what: `files in ${dir}`, as: 'root', argv: ['rm', '-f', ...files], isMinor: true},
    {what: `directory ${dir}`, as: 'root', argv: ['rmdir', '--ignore-fail-on-non-empty', dir], isMinor: true},
  ]
}
