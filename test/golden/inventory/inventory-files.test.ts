import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {lookupAddress, lookupWords} from '../../../inventory/fdb/lookup.js'
import {emptyRecord} from '../../../src/domain/inventory/inventory-record.js'
import {recordedHost} from '../../../src/lib/host-name.js'
import {mergeScans} from '../../../src/lib/merge-scans.js'

const fixtures = join(import.meta.dirname, '../../fixtures/inventory')
const sample = (name: string): Buffer => readFileSync(join(fixtures, name))

describe('files the original wrote', () => {
  test('are read field by field', () => {
    const {records, rejects} = parseEnumFdb(sample('enum.fdb'))
    expect(rejects).toEqual([])
    expect(records).toHaveLength(3)
    expect(records[0]).toEqual({
      ...emptyRecord(),
      host: 'vm',
      type: 'QEMU',
      label: 'vm0001',
      id: '/vm/vm0001/vm0001.ctys',
      uuid: '6513270e-269e-4d37-b2a7-4de452e6b438',
      mac: '00:50:56:13:00:01',
      tcp: '172.20.0.1',
      dist: 'debian',
      distRel: '5.0.8',
      os: 'Linux',
      osRel: '2.6.26',
      version: '01.01.001',
      serial: '20110310070654',
      category: 'VM',
      vmState: 'ACTIVE',
      ifName: '0',
      vram: '128',
      vcpu: '1',
      uid: 'root',
      gid: 'root',
      defaultHosts: 'VNC',
      defaultConsole: 'VNC',
    })
  })

  test.each([
    ['enum.fdb', 3],
    ['vhost-machine.fdb', 10],
    ['title.fdb', 1],
    ['titleidx.fdb', 1],
    ['titleidxasc.fdb', 1],
  ])('%s: %i records, no reject, and every byte of it comes back', (name, count) => {
    const {records, rejects, layout} = parseEnumFdb(sample(name))
    expect(records).toHaveLength(count)
    expect(rejects).toEqual([])
    expect(formatEnumFdb(records, layout)).toEqual(sample(name))
  })

  test('answer lookups, their UUIDs with or without hyphens', () => {
    const bytes = sample('enum.fdb')
    const [, second] = parseEnumFdb(bytes).records
    expect(lookupAddress(bytes, {uuid: 'd23f0824128b4f338c5c7fd0a6a3a450'}, 'VM').machines).toEqual([[second]])
    expect(lookupWords(bytes, ['d23f0824128b']).records).toEqual([second])
    expect(lookupWords(bytes, ['debian', 'VM0002']).records).toEqual([second])
  })

  test('of release 01.07 are refused', () => {
    expect(() => parseEnumFdb(sample('release-01.07.fdb'))).toThrow(expect.objectContaining({code: 'INVENTORY_FORMAT'}))
  })
})

test('a merge rewrites one machine in our layout and leaves all other lines as they are', () => {
  const bytes = Buffer.concat([Buffer.from('# by hand\n'), sample('enum.fdb'), Buffer.from('cut off;\n')])
  const {records, layout} = parseEnumFdb(bytes)
  const seen = {
    ...emptyRecord(),
    ...{host: 'vm', type: 'QEMU', label: 'vm0002', id: '/vm/vm0002/vm0002.ctys'},
    ...{uuid: 'd23f0824128b4f338c5c7fd0a6a3a450', mac: '00:50:56:13:00:02', userString: 'a;b #1 100%'},
    ...{observedAt: '2026-01-02T03:04:05Z', source: 'scan'},
  }
  const scan = {host: recordedHost('vm'), type: 'QEMU', records: [seen], searched: ['/vm/vm0002'], kept: []}
  const merged = mergeScans(records, [scan])
  expect(merged.changes).toEqual([{what: 'changed', record: seen}])
  const lines = bytes.toString().split('\n')
  lines[2] =
    'vm;QEMU;vm0002;/vm/vm0002/vm0002.ctys;d23f0824128b4f338c5c7fd0a6a3a450;00:50:56:13:00:02' +
    `${';'.repeat(37)}a%3Bb %231 100%25;;;;;2026-01-02T03:04:05Z;scan;;`
  expect(formatEnumFdb(merged.records, layout).toString()).toBe(lines.join('\n'))
})
