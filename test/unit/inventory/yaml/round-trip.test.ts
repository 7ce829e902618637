import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {CORE_SCHEMA, load} from 'js-yaml'
import {expect, test} from 'vitest'
import {parseEnumFdb} from '../../../../inventory/fdb/ascii.js'
import {readYaml} from '../../../../inventory/yaml/read.js'
import {formatYaml} from '../../../../inventory/yaml/yaml.js'
import {emptyRecord, type InventoryRecord, recordFields} from '../../../../src/domain/inventory/inventory-record.js'
import {groupMachines} from '../../../../src/domain/machine/machine-records.js'
import {record} from '../../../fixtures/inventory/make-records.js'

const back = (records: readonly InventoryRecord[]) => readYaml(Buffer.from(formatYaml(records)), 'x.yaml').records

/** Values a YAML parser could take for something else, and every whole Unicode string. */
const value = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '007',
    '5.10',
    'null',
    '~',
    'yes',
    '1e3',
    '0x1F',
    '12:30:45',
    '# no',
    '- x',
    'a: b',
    '{',
    '*x',
  ),
  fc.constantFrom(
    '\n',
    ' lead',
    'trail ',
    'two\nlines\n',
    '\r\n',
    '\u2028',
    '\ufeff',
    '\x85\x1b\0',
    '…größe',
    '<<',
    '"',
    "'",
  ),
  fc.string({unit: 'binary'}),
  fc.nat().map(String),
)
const anyRecord = fc
  .record(Object.fromEntries(recordFields.map((field) => [field, fc.option(value, {nil: '', freq: 2})])))
  .map((facts): InventoryRecord => ({...emptyRecord(), ...facts}))
/** A few machines with several interfaces: groups of records that share what names the machine. */
const anyRecords = fc
  .array(fc.record({machine: anyRecord, interfaces: fc.array(anyRecord, {minLength: 1, maxLength: 3})}), {maxLength: 4})
  .map((machines) =>
    machines.flatMap(({machine: {host, type, label, id, uuid}, interfaces}) =>
      interfaces.map((one) => ({...one, host, type, label, id, uuid})),
    ),
  )

test('records come back from YAML as they were, the interfaces of each machine together', () => {
  fc.assert(
    fc.property(anyRecords, (records) => {
      expect(back(records)).toEqual(groupMachines(records).flat())
    }),
  )
})

test('what ctys writes is read by a YAML parser of the core schema as the same text', () => {
  fc.assert(
    fc.property(value, (text) => {
      const [machine] = (load(formatYaml([record({userString: text, vram: text})]), {schema: CORE_SCHEMA}) as Loaded)
        .machines
      expect(String(machine?.userString ?? '')).toBe(text)
      expect(String(machine?.vram ?? '')).toBe(text)
    }),
  )
})

interface Loaded {
  readonly machines: readonly Readonly<Record<string, unknown>>[]
}

test.each(['enum.fdb', 'vhost-machine.fdb', 'title.fdb'])(
  '%s of the original goes through YAML without a loss',
  (name) => {
    const {records} = parseEnumFdb(readFileSync(new URL(`../../../fixtures/inventory/${name}`, import.meta.url)))
    const {records: again, faults} = readYaml(Buffer.from(formatYaml(records)), 'enum.yaml')
    expect(faults).toEqual([])
    expect(again).toEqual(records)
  },
)

test('records with the case of their host mixed, and interfaces without a fact of their machine, come back', () => {
  const one = record({host: 'H1', vram: '512', mac: '00:50:56:00:00:01'})
  const other = {...one, host: 'h1', vram: '', mac: '', ifName: '1'}
  expect(back([one, other])).toEqual([one, other])
  expect(back([one, one])).toEqual([one, one])
  expect(back([record(), record()])).toEqual([record(), record()])
})

test('JSON records are read as they are', () => {
  const records = [record({userString: 'a;b\n\u2028😀'}), record({host: 'h2'})]
  const text = JSON.stringify({schemaVersion: 1, records}, null, '\t')
  expect(readYaml(Buffer.from(text), 'x.json')).toEqual({format: 'json', records, faults: []})
})

test('YAML for people: interfaces below their machine, numbers plain, what could be taken for a number quoted', () => {
  const one = record({uuid: '6513270e269e4d37b2a74de452e6b438', vram: '512', distRel: '12', mac: '10:50:56:13:00:01'})
  const other = {
    ...one,
    mac: '00:50:56:13:00:0a',
    tcp: '172.20.0.2',
    netName: 'web01.example.org',
    ifName: '1',
    sshPort: '22',
  }
  expect(formatYaml([one, other, record({host: 'h2', label: 'yes', id: ''})])).toBe(`machines:
  - host: h1
    type: QEMU
    label: web01
    id: /vm/web01/web01.ctys
    uuid: 6513270e269e4d37b2a74de452e6b438
    distRel: '12'
    vram: 512
    interfaces:
      - mac: '10:50:56:13:00:01'
      - mac: 00:50:56:13:00:0a
        ip: 172.20.0.2
        name: web01.example.org
        index: 1
        sshPort: 22
  - host: h2
    type: QEMU
    label: 'yes'
`)
})
