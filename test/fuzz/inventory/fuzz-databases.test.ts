import {readFileSync} from 'node:fs'
import {expect, test, vi} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {lookupAddress, lookupWords} from '../../../inventory/fdb/lookup.js'
import {findByWords} from '../../../inventory/fdb/query.js'
import {formatMacmap, parseMacmap} from '../../../inventory/network/macmap.js'
import {mergeMacmap} from '../../../inventory/network/macmap-merge.js'
import {readYaml} from '../../../inventory/yaml/read.js'
import {formatYaml} from '../../../inventory/yaml/yaml.js'
import {CtysError} from '../../../src/domain/errors.js'
import type {FileFault} from '../../../src/domain/inventory/inventory-files.js'
import {type InventoryRecord, recordFields} from '../../../src/domain/inventory/inventory-record.js'
import {findByAddress, groupMachines} from '../../../src/domain/machine/machine-records.js'
import {printed, printedFind} from '../../fakes/printed.js'
import {record} from '../../fixtures/inventory/make-records.js'
import {expectExplained, expectPrintable, expectSame, runFuzz} from '../../fuzz/run-fuzz.js'
import {styleOf} from '../../golden/report/samples.js'

// damaged databases: what can be read is read, every other line is named, and nothing is lost by writing it again

vi.setConfig({testTimeout: 120_000})

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url))
const classic = ['enum.fdb', 'title.fdb', 'titleidx.fdb', 'vhost-machine.fdb', 'release-01.07.fdb']
const ours = [
  record({label: 'web01', uuid: '6513270e269e4d37b2a74de452e6b438', mac: '00:50:56:13:00:01', tcp: '172.20.0.1'}),
  record({label: 'web01', uuid: '6513270e269e4d37b2a74de452e6b438', mac: '00:50:56:13:00:02', ifName: '1'}),
  record({label: 'db01', userString: 'semi;colon\nand %41 größe', vram: '512', source: 'scan'}),
  record({host: 'h2', label: 'mail01', observedAt: '2026-01-02T03:04:05Z', source: 'hand', distRel: '5.10'}),
]
const inLayout = (fields: number): Buffer =>
  Buffer.from(
    ours
      .map(
        (one) =>
          `${recordFields
            .map((field) => one[field].replace(/[;\n%]/g, ''))
            .slice(0, fields)
            .join(';')}\n`,
      )
      .join(''),
  )
/** As another tool may write it: more escaped than need be. */
const escapedMore = ours
  .map((one) => recordFields.map((field) => encodeURIComponent(one[field]).replace(/[b5]/g, hexEscape)).join(';'))
  .join('\n')
const lineSamples = [
  Buffer.from(escapedMore),
  ...classic.map((name) => fixture(`inventory/${name}`)),
  ...[43, 45, 47, 49, 50].map(inLayout),
  Buffer.from('# top\n'),
  formatEnumFdb(ours),
]

function hexEscape(char: string): string {
  return `%${char.charCodeAt(0).toString(16)}`
}

test('damaged enum.fdb: each line is a record, a title, a comment or told, and stays', () => {
  let records = 0
  let refused = 0
  const check = (bytes: Buffer): void => {
    try {
      const parsed = parseEnumFdb(bytes, '/db/enum.fdb')
      records += parsed.records.length
      expectSoundFdb(bytes, parsed)
    } catch (error) {
      if (!(error instanceof CtysError)) throw error
      expect(error.code).toBe('INVENTORY_FORMAT')
      expect(bytes.toString('latin1')).toMatch(/^[^;\n]*(;[^;\n]*){14}$/m)
      expect(() => lookupWords(bytes, ['web01'])).toThrow(CtysError)
      refused += 1
    }
  }
  const words = [';', ';'.repeat(42), ';'.repeat(48), '\nContainingMachine;SessionType', ';QEMU;web01;', '\n#', '%41']
  const rounds = runFuzz({name: 'enum.fdb', rounds: 10_000, samples: lineSamples, words, check})
  expect(records).toBeGreaterThan(rounds)
  expect(refused).toBeGreaterThan(rounds / 1000)
})

function expectSoundFdb(bytes: Buffer, {records, rejects, layout}: ReturnType<typeof parseEnumFdb>): void {
  expectExplained(rejects, bytes)
  const ended = bytes.length === 0 || bytes.at(-1) === 0x0a ? bytes : Buffer.concat([bytes, Buffer.from('\n')])
  expect(formatEnumFdb(records, layout).equals(ended)).toBe(true)
  expectSame(parseEnumFdb(formatEnumFdb(records)).records, records)
  const told = new Set(rejects.map(({line}) => line))
  for (const [index, {start, end, record: found}] of layout.lines.entries()) {
    if (found !== undefined || told.has(index + 1)) continue
    expect(bytes.toString('utf8', start, end)).toMatch(/^(\ufeff?\s*|\ufeff?#.*|\ufeff?ContainingMachine[(;].*)$/s)
  }
  const faults = rejects.map(({line, reason}) => ({file: '/db/enum.fdb', line, reason}))
  expectPrintable(...printedFile({format: 'fdb', records, faults}), ...printedRecords(records, rejects))
  if (bytes.length % 2 === 0) expectSameAnswers(bytes, records)
  // it takes more time than all the rest
  if (bytes.length % 4 === 0) expectYamlRoundTrip(records)
}

/** Of a question that reads only the lines that can matter. */
function expectSameAnswers(bytes: Buffer, records: readonly InventoryRecord[]): void {
  for (const words of [['web01'], ['debian', 'vm0001'], ['größe']]) {
    expectSame(lookupWords(bytes, words).records, findByWords(records, words))
  }
  for (const address of [
    {label: 'db01'},
    {uuid: '6513270e269e4d37b2a74de452e6b438'},
    {mac: '00:50:56:13:00:01'},
    {tcp: '172.20.0.1'},
  ]) {
    expectSame(lookupAddress(bytes, address).machines, findByAddress(records, address))
  }
}

const bomb = (levels: number): string =>
  Array.from(
    {length: levels},
    (_, n) =>
      `a${n}: &a${n} [${Array(9)
        .fill(n === 0 ? 'x' : `*a${n - 1}`)
        .join(',')}]\n`,
  ).join('')

test('damaged inventories in YAML and JSON: machines, or a fault with its place', () => {
  const vhost = parseEnumFdb(fixture('inventory/vhost-machine.fdb')).records
  const json = JSON.stringify({schemaVersion: 1, records: ours}, null, 2)
  const samples = [formatYaml(ours), formatYaml(vhost), formatYaml([]), json, JSON.stringify({machines: [{host: 'h'}]})]
  const words = [
    bomb(12),
    '&a ',
    '*a',
    '<<: *a',
    '!!js/function x',
    '!!binary ',
    '? ',
    '- ',
    ': ',
    '---\n',
    '...\n',
    '|\n',
  ]
    .concat(
      '- '.repeat(3000),
      '{a: '.repeat(2000),
      '%YAML 1.2\n---\n',
      '"\\u0000"',
      "'",
      '~',
      'machines: []\n',
      '\n  - host: h9\n',
    )
    .concat('    interfaces:\n      - {mac: 1}\n', 'records: []', '__proto__: {host: x}\n', '\t', '"\\ud800"')
  let whole = 0
  const check = (bytes: Buffer): void => {
    const {format, records, faults} = readYaml(bytes, '/tmp/enum.yaml')
    expectExplained(faults, bytes, /\r\n?|\n/)
    if (records.length === 0 && faults.length === 0)
      expect(bytes.toString()).toMatch(/(machines|records)['"]?\s*:\s*\[\s*\]/)
    if (faults.length === 0) whole += 1
    expectPrintable(...printedFile({format, records, faults}), ...printedRecords(records, []))
    if (bytes.length % 2 === 0) expectYamlRoundTrip(records)
    expectSame(parseEnumFdb(formatEnumFdb(records)).records, records)
  }
  const rounds = runFuzz({name: 'enum.yaml', rounds: 7000, samples, words, check})
  expect(whole).toBeGreaterThan(rounds / 10)
})

function expectYamlRoundTrip(records: readonly InventoryRecord[]): void {
  const again = readYaml(Buffer.from(formatYaml(records)), 'x.yaml')
  expectSame(again.records, groupMachines(records).flat())
}

test('damaged macmap.fdb: each line is an entry, a comment or told, and a merge loses none', () => {
  let read = 0
  const added = {name: 'new', ip: '10.9.9.9', mac: '02:00:00:00:00:99'}
  const check = (bytes: Buffer): void => {
    const text = bytes.toString()
    const {entries, rejects} = parseMacmap(text)
    read += entries.length
    expectExplained(rejects, bytes)
    const meant = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
    expect(entries.length + rejects.length).toBe(meant.length)
    const plain = entries.map(({line: _, ...entry}) => entry)
    expectSame(
      parseMacmap(formatMacmap(plain)).entries.map(({line: _, ...entry}) => entry),
      plain,
    )
    const merged = parseMacmap(mergeMacmap(text, [added]).text)
    for (const entry of plain)
      if (entry.mac !== added.mac) expect(merged.entries).toContainEqual(expect.objectContaining(entry))
    expect(merged.entries).toContainEqual(expect.objectContaining(added))
    expect(merged.rejects.length).toBe(rejects.length)
    const macmap = {location: '/db/macmap.fdb', size: entries.length, rejects}
    const {stdout, stderr} = printed({kind: 'macmap', entries, macmap, layout: {columns: ['name', 'ip', 'mac']}})
    expectPrintable(stdout, stderr)
  }
  const words = [
    ';',
    '\nx;10.0.0.7;02:00:00:00:00:07',
    '\n;;',
    '00-50-56-13-00-02',
    '2001:db8::1',
    '::ffff:1.2.3.4',
    '%',
  ]
  const rounds = runFuzz({name: 'macmap.fdb', rounds: 3000, samples: [fixture('network/macmap.fdb')], words, check})
  expect(read).toBeGreaterThan(2 * rounds)
})

function printedFile(file: {
  readonly format: 'fdb' | 'yaml' | 'json'
  readonly records: readonly InventoryRecord[]
  readonly faults: readonly FileFault[]
}): readonly string[] {
  return [styleOf(), styleOf({json: true})].flatMap((style) => {
    const {stdout, stderr} = printed(
      {kind: 'inventory check', files: [{file: '/tmp/enum', ...file}], collisions: []},
      style,
    )
    return [stdout, stderr]
  })
}

function printedRecords(
  records: readonly InventoryRecord[],
  rejects: readonly {readonly line: number; readonly reason: string}[],
): readonly string[] {
  const inventory = {location: '/db/enum.fdb', size: records.length, rejects}
  return [{width: 100}, {terse: true}].flatMap((style) => {
    const {stdout, stderr} = printedFind({records: records.slice(0, 20), inventory, style: styleOf(style)})
    return [stdout, stderr]
  })
}
