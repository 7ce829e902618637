import {expect, test} from 'vitest'
import {readYaml} from '../../../../inventory/yaml/read.js'
import {faultLine} from '../../../../src/lib/fault-line.js'
import {timesYardstick} from '../../../fakes/yardstick.js'
import {record} from '../../../fixtures/inventory/make-records.js'

const read = (text: string | Buffer) => readYaml(Buffer.from(text), 'x.yaml')
const faultsOf = (text: string | Buffer) => read(text).faults.map(faultLine)

test('all faults are told at once, by line, each with what would be right', () => {
  const text = `machines:
  - host: h1
    type: QEMU
    labl: web01
    uuid: 12-34
    source: scna
    interfaces:
      - mac: 00:50:56:zz:00:01
        ip: 10.0.0.1 or so
      - {mac: 00:50:56:13:00:02, colour: red}
  - type: QE MU
    vram: much
    observedAt: yesterday
    vmState: active
    cport: 70000
  - host: ''
    type: QEMU
    label: [a, b]
`
  expect(faultsOf(text)).toEqual([
    'x.yaml:4:5: machines[0].labl: is not known here (label?)',
    'x.yaml:5:5: machines[0].uuid: "12-34" is not 32 hexadecimal digits, with or without hyphens',
    'x.yaml:6:5: machines[0].source: "scna" is not one of scan, process, hand, import',
    'x.yaml:8:9: machines[0].interfaces[0].mac: "00:50:56:zz:00:01" is not six pairs of hexadecimal digits with colons between them',
    'x.yaml:9:9: machines[0].interfaces[0].ip: "10.0.0.1 or so" is not an IP address or a name, without blanks',
    expect.stringMatching(
      /^x\.yaml:10:34: machines\[0\]\.interfaces\[1\]\.colour: is not known here; known: mac, ip, /,
    ),
    'x.yaml:11:5: machines[1]: lacks host',
    'x.yaml:11:5: machines[1].type: "QE MU" is not letters, digits, - and _, such as QEMU or QEMU-INIT',
    'x.yaml:12:5: machines[1].vram: "much" is not a whole number',
    'x.yaml:13:5: machines[1].observedAt: "yesterday" is not ISO 8601 in UTC, such as 2026-01-31T08:15:00Z',
    'x.yaml:14:5: machines[1].vmState: "active" is not one of ACTIVE, BACKUP, CUSTOM, DISABLED, EMPTY, ENABLED, IGNORE, PRESENT, TEMPLATE, TESTDUMMY',
    'x.yaml:15:5: machines[1].cport: "70000" is not a number from 0 to 65535',
    'x.yaml:16:5: machines[2].host: "" is not a name without blanks',
    'x.yaml:18:5: machines[2].label: is a list instead of text or a number',
  ])
})

test.each([
  ['nothing', '', 'x.yaml: is empty; an inventory without machines is: machines: []'],
  ['only a comment', '# x\n', 'x.yaml: is empty; an inventory without machines is: machines: []'],
  ['no list', 'machines:\n', 'x.yaml:1:1: machines: is empty instead of a list'],
  ['another key', 'machine: []\n', 'x.yaml:1:1: machine: is not known here (machines?)'],
  ['a list alone', '- a\n', 'x.yaml:1:1: is a list instead of a map'],
  ['a key twice', 'machines: []\nmachines: []\n', 'x.yaml:2:1: duplicated mapping key'],
  ['an open bracket', 'machines: [\n', 'x.yaml:2:1: deficient indentation'],
  ['an alias', 'machines: &a []\nb: *a\n', 'x.yaml:2:5: aliases exceeded maxAliases (0)'],
  ['a tag', 'machines: !!js/function x\n', 'x.yaml:1:11: unknown scalar tag !<tag:yaml.org,2002:js/function>'],
  [
    'two documents',
    'machines: []\n---\nmachines: []\n',
    'x.yaml: expected a single document in the stream, but found more',
  ],
  ['no UTF-8', Buffer.from('machines: []\n# \xe4', 'latin1'), 'x.yaml: is not valid UTF-8'],
  ['a map as key', 'machines: [{? {a: b} : c}]\n', 'x.yaml:1:1: object-based map does not support complex keys'],
])('%s is a fault with its place', (_, text, fault) => {
  expect(faultsOf(text)).toContain(fault)
})

test('an alias bomb is refused at once', () => {
  const levels = Array.from({length: 30}, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]\n`)
  const start = performance.now()
  expect(faultsOf(levels.join(''))).toEqual(['x.yaml:2:11: aliases exceeded maxAliases (0)'])
  expect(performance.now() - start).toBeLessThan(timesYardstick(45))
})

test('deep nesting is refused', () => {
  expect(faultsOf(`machines: ${'['.repeat(5000)}`)).toHaveLength(1)
})

test('a machine twice is a fault, however its host is spelled', () => {
  const text = 'machines:\n  - {host: h1, type: QEMU, id: /a}\n  - {host: H1, type: qemu, id: /a}\n'
  expect(faultsOf(text)).toEqual(['x.yaml:3:5: machines[1]: is machines[0] again: the same host, type and id'])
})

test('a key __proto__ or constructor is an unknown key and nothing else', () => {
  const text =
    'machines:\n  - {host: h1, type: QEMU, __proto__: {label: evil}, constructor: x}\n__proto__: {polluted: yes}\n'
  const {records, faults} = read(text)
  expect(faults.map(({path, line}) => `${line} ${path}`)).toEqual([
    '2 machines[0].__proto__',
    '2 machines[0].constructor',
    '3 __proto__',
  ])
  expect(records).toEqual([record({label: '', id: ''})])
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('only faults of values name the record that holds the value', () => {
  const {faults, records} = read('machines:\n  - {host: h1, type: QEMU, vram: much, colour: red}\n')
  expect(faults.map(({path, record: held}) => [path, held === records[0]])).toEqual([
    ['machines[0].vram', true],
    ['machines[0].colour', false],
  ])
})

test('plain values are text as they stand', () => {
  const text = 'machines:\n  - {host: h1, type: QEMU, label: null, version: 5.10, distRel: 012, os: yes, vram: 0512}\n'
  expect(read(text)).toMatchObject({
    faults: [],
    records: [{label: 'null', version: '5.10', distRel: '012', os: 'yes', vram: '0512'}],
  })
})

test('JSON of another version, with a missing or a foreign field, is refused with its place', () => {
  const {label: _, ...lacking} = record()
  const text = JSON.stringify({schemaVersion: 2, records: [{...record(), vram: 1, x: ''}, lacking]}, null, 1)
  expect(faultsOf(text)).toEqual([
    'x.yaml:2:3: schemaVersion: 2 is not 1',
    expect.stringMatching(/records\[0\]\.vram: is a single value instead of text$/),
    expect.stringMatching(/records\[0\]\.x: is not known here/),
    expect.stringMatching(/records\[1\]: lacks label$/),
  ])
})

test('columns count characters, after a byte order mark too', () => {
  expect(faultsOf('\ufeffmachines: [{host: "größe😀 ", type: QEMU, x: 1}]\n')).toEqual([
    'x.yaml:1:13: machines[0].host: "größe😀 " is not a name without blanks',
    expect.stringMatching(/^x\.yaml:1:42: machines\[0\]\.x: /),
  ])
})
