import type {Extracted, NetworkEntry, SourceReject} from '../../src/domain/network/network-entry.js'
import {isHostName, readIp, readMac} from '../../src/lib/network-address.js'
import {crossEntries, linesOf} from './entry.js'

/**
 * Reads the `dhcp-host` lines of a dnsmasq configuration (dnsmasq(8)); the other options are passed over, files they
 * name (conf-file, conf-dir, dhcp-hostsfile, dhcp-hostsdir) are reported as includes. A line without a whole MAC address
 * (names, client ids and wildcards only) or with `ignore` gives no entry and is reported.
 */
export function parseDnsmasqConf(text: string): Extracted {
  const includes: {line: number; path: string}[] = []
  const found = readLines(text, (line, number) => {
    const [, option = '', value = ''] = /^(?:--)?([a-z-]+)\s*=\s*(.*)$/s.exec(line) ?? []
    if (includeOptions.has(option)) includes.push({line: number, path: value.split(',')[0]?.replaceAll('"', '') ?? ''})
    return option === 'dhcp-host' ? value : undefined
  })
  return {...found, includes}
}

/** Reads what `dhcp-hostsfile` names: the values of `dhcp-host`, one on each line. */
export function parseDhcpHostsFile(text: string): Extracted {
  return {...readLines(text, (line) => line), includes: []}
}

const includeOptions: ReadonlySet<string> = new Set(['conf-file', 'conf-dir', 'dhcp-hostsfile', 'dhcp-hostsdir'])

function readLines(
  text: string,
  readValue: (line: string, number: number) => string | undefined,
): Omit<Extracted, 'includes'> {
  const entries: NetworkEntry[] = []
  const rejects: SourceReject[] = []
  for (const [index, raw] of linesOf(text).entries()) {
    const line = withoutComment(raw).trim()
    const value = line === '' ? undefined : readValue(line, index + 1)
    if (value === undefined) continue
    const host = readHost(value)
    for (const reason of host.faults) rejects.push({line: index + 1, text: raw, reason})
    entries.push(...host.entries)
  }
  return {entries, rejects}
}

/** A `#` starts a comment at the beginning and after a blank, but not in quotes. */
function withoutComment(line: string): string {
  return /^(?:"[^"]*"?|(?<!^|\s)#|[^"#])*/.exec(line)?.[0] ?? ''
}

interface HostValue {
  readonly entries: readonly NetworkEntry[]
  readonly faults: readonly string[]
}

/** `[hwaddr]...[,id:...][,set:tag][,tag:tag][,ip][,[ipv6]]...[,name][,lease time][,ignore]`, in any order. */
function readHost(value: string): HostValue {
  const macs: string[] = []
  const ips: string[] = []
  const names: string[] = []
  const faults: string[] = []
  for (const item of value.split(',').map((part) => part.trim().replace(/^"([^"]*)"$/, '$1'))) {
    const bracketed = /^\[([^\]]*)\]$/.exec(item)?.[1]
    const mac = readMac(item.replace(/^0?1-(?=[0-9a-f]{1,2}:)/i, ''))
    const ip = readIp(bracketed ?? item)
    if (item === 'ignore') return {entries: [], faults: ['the server ignores this host']}
    if (mac !== undefined) macs.push(mac)
    // the part behind the prefix only: the whole address is not written here
    else if (bracketed?.startsWith('::')) faults.push(`"${item}" is only the end of an address`)
    else if (ip !== undefined && (bracketed !== undefined) === ip.includes(':')) ips.push(ip)
    else if (isHostName(item) && !isNumber(item)) names.push(item)
    else if (!isPassedOver(item)) faults.push(`"${item}" is neither address, name nor lease time`)
  }
  if (macs.length === 0) return {entries: [], faults: faults.length > 0 ? faults : ['has no MAC address']}
  if (names.length > 1) return {entries: [], faults: [...faults, `has ${names.length} names`]}
  const [name = ''] = names
  if (name === '' && ips.length === 0) return {entries: [], faults: [...faults, 'has neither name nor IP address']}
  return {entries: crossEntries(name, ips, macs), faults}
}

/** What dnsmasq takes for a lease time rather than a name. */
export function isLeaseTime(item: string): boolean {
  return /^(\d+[smhdw]?|infinite)$/i.test(item)
}

/** A lease time, or what was meant as one: no host is named `1.5h`. */
function isNumber(item: string): boolean {
  return isLeaseTime(item) || /^\d+(?:\.\d*)?(?:e\d+)?[smhdw]?$/i.test(item)
}

function isPassedOver(item: string): boolean {
  return item === '' || isLeaseTime(item) || /^(id|set|tag|net):/i.test(item)
}
