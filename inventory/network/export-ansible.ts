import type {Exported, LeftOut} from '../../src/domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {normalizeUuid} from '../../src/domain/machine/machine-address.js'
import {groupMachines, type MachineRecords} from '../../src/domain/machine/machine-records.js'
import {isHostName, readMac} from '../../src/lib/network-address.js'
import {
  addressOf,
  Claims,
  type ExportOptions,
  hostAddressOf,
  hostNameGuard,
  jumpHostOf,
  noIp,
  sshPortOf,
} from './exported.js'

/**
 * An Ansible inventory in YAML: each machine under its label, with its address, the jump over its host, and groups
 * `host_...`, `os_...` and `dist_...`. A host itself has the name it is reached by for address: the settings of ssh for
 * that name hold, and which of its interfaces can be reached is nothing to guess.
 *
 * Ansible expands `[1:3]` in names and `{{ }}` in values, the latter with the power to run programs: so nothing is
 * written that is not letters, digits and `. _ : + / -` or blank. A value with others is left out and reported; all else
 * is always quoted.
 */
export function exportAnsible(records: readonly InventoryRecord[], options: ExportOptions): Exported {
  const leftOut: LeftOut[] = []
  const hosts = new Map<string, ReadonlyMap<string, string | number>>()
  const groups = new Map<string, string[]>()
  const isHosts = hostNameGuard(records, options)
  const claims = new Claims()
  for (const machine of groupMachines(records)) {
    const [record] = machine
    const reason = faultOf(machine, {isHosts, claims})
    if (reason !== undefined) {
      leftOut.push({record, reason})
      continue
    }
    hosts.set(record.label, variablesOf(machine))
    for (const kind of ['host', 'os', 'dist'] as const) {
      if (record[kind] === '') continue
      if (!isPlain(record[kind]))
        leftOut.push({record, reason: `its ${kind} '${record[kind]}' is not plain text and makes no group`})
      else {
        const group = groupName(kind, record[kind])
        const members = groups.get(group)
        if (members === undefined) groups.set(group, [record.label])
        else members.push(record.label)
      }
    }
  }
  return {text: toYaml(hosts, groups), machines: hosts.size, leftOut}
}

/** Names that are groups or hosts of Ansible's own. */
const ansibleNames: ReadonlySet<string> = new Set(['all', 'ungrouped', 'localhost'])

interface Rules {
  readonly isHosts: ReturnType<typeof hostNameGuard>
  readonly claims: Claims
}

function faultOf(machine: MachineRecords, {isHosts, claims}: Rules): string | undefined {
  const [record] = machine
  const {label} = record
  const jump = jumpHostOf(record)
  if (!isHostName(label)) return 'its label is no host name'
  if (ansibleNames.has(label.toLowerCase()) || /^(host|os|dist)_/i.test(label)) {
    return `its label '${label}' is a name of Ansible's own`
  }
  if (isHosts(label, record)) return `its label '${label}' is the name of a host`
  if (addressOf(machine) === undefined && hostAddressOf(record) === undefined) return noIp
  if (jump !== undefined && 'reason' in jump) return jump.reason
  const taken = claims.refuse(record, [label])
  return taken === undefined ? undefined : `its label ${taken}`
}

function variablesOf(machine: MachineRecords): ReadonlyMap<string, string | number> {
  const [record] = machine
  const address = addressOf(machine)
  const jump = jumpHostOf(record)
  const host = hostAddressOf(record)
  const port = address === undefined ? undefined : sshPortOf(address.record)
  const uuid = normalizeUuid(record.uuid)
  const mac = readMac(address?.record.mac ?? '')
  const variables: Record<string, string | number | undefined> = {
    ansible_host: host?.name ?? address?.ip,
    ansible_port: host === undefined ? port : host.port,
    ansible_ssh_common_args: jump !== undefined && 'text' in jump ? `-o ProxyJump=${jump.text}` : undefined,
    ctys_type: isPlain(record.type) && record.type !== '' ? record.type : undefined,
    ctys_uuid: /^[0-9a-f]{32}$/.test(uuid) ? uuid : undefined,
    ctys_mac: mac,
  }
  return new Map(Object.entries(variables).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}

function isPlain(text: string): boolean {
  return /^[A-Za-z0-9 ._:+/-]*$/.test(text)
}

/** A valid group name of Ansible is one of a Python variable. */
function groupName(kind: string, value: string): string {
  return `${kind}_${value.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`
}

/** Plain text in double quotes means the same in JSON, YAML 1.1 and YAML 1.2. */
function toYaml(
  hosts: ReadonlyMap<string, ReadonlyMap<string, string | number>>,
  groups: ReadonlyMap<string, readonly string[]>,
): string {
  if (hosts.size === 0) return 'all: {}\n'
  const lines = ['all:', '  hosts:']
  for (const [name, variables] of hosts) {
    lines.push(`    ${JSON.stringify(name)}:`)
    for (const [key, value] of variables) lines.push(`      ${key}: ${JSON.stringify(value)}`)
  }
  if (groups.size > 0) lines.push('  children:')
  for (const [name, members] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(`    ${name}:`, '      hosts:', ...members.map((member) => `        ${JSON.stringify(member)}: {}`))
  }
  return `${lines.join('\n')}\n`
}
