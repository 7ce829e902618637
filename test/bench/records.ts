import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {emptyRecord, type InventoryRecord} from '../../src/domain/inventory/inventory-record.js'

/** An inventory of that many machines, fifty on a host, in a directory of its own; returns the directory. */
export function writeInventory(parent: string, count: number): string {
  const directory = join(parent, `db-${count}`)
  mkdirSync(directory, {recursive: true})
  writeFileSync(join(directory, 'enum.fdb'), formatEnumFdb(Array.from({length: count}, (_, i) => benchRecord(i))))
  return directory
}

/** The same, but every second record has no IP address, which the address map beside it knows. */
export function writeInventoryWithMap(parent: string, count: number): string {
  const directory = join(parent, `map-${count}`)
  mkdirSync(directory, {recursive: true})
  const records = Array.from({length: count}, (_, i) => benchRecord(i))
  const isMapped = (_: InventoryRecord, i: number) => i % 2 === 0
  const map = records.filter(isMapped).map(({label, tcp, mac}) => `${label};${tcp};${mac}\n`)
  const lacking = records.map((record, i) => (isMapped(record, i) ? {...record, tcp: ''} : record))
  writeFileSync(join(directory, 'enum.fdb'), formatEnumFdb(lacking))
  writeFileSync(join(directory, 'macmap.fdb'), map.join(''))
  return directory
}

function benchRecord(i: number): InventoryRecord {
  const bytes = [i >> 16, i >> 8, i].map((part) => part & 255)
  return {
    ...emptyRecord(),
    host: `host${String(Math.floor(i / 50)).padStart(5, '0')}`,
    type: 'QEMU',
    label: `vm${String(i).padStart(7, '0')}`,
    id: `/vm/vm${i}/vm${i}.ctys`,
    uuid: i.toString(16).padStart(32, '0'),
    mac: ['00', '50', '56', ...bytes.map((part) => part.toString(16).padStart(2, '0'))].join(':').toUpperCase(),
    tcp: `10.${bytes.join('.')}`,
    dist: i % 2 === 0 ? 'debian' : 'CentOS',
    os: 'Linux',
    category: 'VM',
    vmState: 'ACTIVE',
    vram: '512',
    vcpu: '1',
    observedAt: '2026-01-01T00:00:00Z',
    source: 'scan',
  }
}
