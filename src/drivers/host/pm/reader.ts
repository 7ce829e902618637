/**
 * The record of the host itself (type PM), from what the host said of itself and from its own /etc/ctys.d/pm.conf,
 * whose keys win. One entry for each network interface. Pure; never throws.
 */
import {isIP} from 'node:net'
import type {InventoryRecord, RecordField} from '../../../domain/inventory/inventory-record.js'
import type {ConfigReading} from '../../../domain/inventory/scan-memory.js'
import {checkedValue} from '../../qemu/config/keys.js'
import {parseVmConfig} from '../../qemu/config/vm-config.js'
import type {HostFacts} from '../scan/answer.js'

type Fields = Partial<Record<RecordField, string>>

export function readHost({facts, file}: HostFacts): ConfigReading {
  const words = facts.map((fact) => fact.split(' '))
  const first = (key: string) =>
    words
      .find(([name]) => name === key)
      ?.slice(1)
      .join(' ') ?? ''
  const name = first('name')
  const label = checkedValue('label', name.split('.')[0] ?? '') ?? checkedValue('label', name)
  const kibibytes = Number(first('kib')) || Number(first('bytes')) / 1024
  const fields = valid({
    category: 'PM',
    os: first('os'),
    osRel: first('release'),
    dist: first('dist'),
    distRel: first('distrel'),
    arch: first('arch'),
    vram: kibibytes > 0 ? String(Math.round(kibibytes / 1024)) : '',
    vcpu: first('cpus'),
  })
  const kind = {
    type: 'PM',
    sessionTypes: ['PM'],
    ...(label !== undefined && {label}),
    fields,
    interfaces: interfacesOf(words),
  }
  const path = file?.path ?? ''
  const reading = parseVmConfig(file?.state === 'read' ? file.content : Buffer.alloc(0), path, kind)
  const unread = file !== undefined && file.state !== 'read'
  const rejects = unread ? [...reading.rejects, {path, line: 0, reason: 'the file cannot be read'}] : reading.rejects
  return {...reading, rejects}
}

/** One entry for each interface with a MAC address, its first IPv4 address or else its first one. */
function interfacesOf(words: readonly (readonly string[])[]): readonly Fields[] {
  const of = (key: string) => words.filter(([name]) => name === key)
  const addresses = of('addr').map(([, ifName = '', cidr = '']) => {
    const [tcp = '', prefix = ''] = cidr.split('/')
    return {ifName, tcp: tcp.replace(/%.*$/, ''), prefix}
  })
  const cards = of('mac').filter(([, , mac = '']) => !/^[0:]*$/.test(mac))
  return cards.map(([, ifName = '', mac = '']) => {
    const own = addresses.filter((address) => address.ifName === ifName)
    const address = own.find(({tcp}) => isIP(tcp) === 4) ?? own.find(({tcp}) => isIP(tcp) === 6)
    const gateway = of('gateway').find(([, , name]) => name === ifName)?.[1] ?? ''
    const netmask = address !== undefined && isIP(address.tcp) === 4 ? dotted(address.prefix) : ''
    return valid({mac, tcp: address?.tcp ?? '', netmask, gateway, ifName})
  })
}

/** `24` and `0xffffff00` as 255.255.255.0. */
function dotted(prefix: string): string {
  const hex = /^0x([0-9a-f]{8})$/i.exec(prefix)?.[1]
  const bits = /^\d{1,2}$/.test(prefix) && Number(prefix) <= 32 ? Number(prefix) : undefined
  if (hex === undefined && bits === undefined) return /^[0-9.]+$/.test(prefix) ? prefix : ''
  const mask =
    hex === undefined ? (bits === 0 ? 0 : (0xffffffff << (32 - (bits ?? 0))) >>> 0) : Number.parseInt(hex, 16)
  return [24, 16, 8, 0].map((shift) => (mask >>> shift) & 255).join('.')
}

/** Without the fields whose value is none. */
function valid(fields: Partial<InventoryRecord>): Fields {
  const found: Fields = {}
  for (const [field, raw] of Object.entries(fields) as [RecordField, string][]) {
    const value = checkedValue(field, raw)
    if (value !== undefined) found[field] = value
  }
  return found
}
