import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {load} from 'js-yaml'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {parseDnsmasqConf} from '../../../../inventory/network/dhcp-dnsmasq.js'
import {parseEthers} from '../../../../inventory/network/ethers.js'
import {exportInventory} from '../../../../inventory/network/export.js'
import {type ExportFormat, exportFormats} from '../../../../src/domain/inventory/inventory-files.js'
import {type InventoryRecord, recordFields} from '../../../../src/domain/inventory/inventory-record.js'
import {ownHost} from '../../../../src/lib/host-name.js'
import {isHostName} from '../../../../src/lib/network-address.js'
import {timesYardstick} from '../../../fakes/yardstick.js'
import {record} from '../../../fixtures/inventory/make-records.js'

const nasty = fc.oneof(
  fc.constantFrom(
    '',
    'h1',
    'h2',
    'web01',
    'WEB01',
    'a.lab',
    '10.0.0.1',
    '10.0.0.2',
    '2001:db8::1',
    'localhost',
    'none',
    '127.0.0.1',
    '_web',
  ),
  fc.constantFrom(
    '52:54:00:aa:bb:01',
    '52-54-00-aa-bb-02',
    '12h',
    'ignore',
    'all',
    '=1+1',
    '-oProxyCommand=x',
    'Linux',
  ),
  fc.constantFrom(
    'a b',
    'a\nHost *\n  ProxyCommand x',
    '{{ x }}',
    '[1:3]',
    '*',
    'a,b',
    '"',
    "'",
    ';',
    '#',
    '\0',
    '\u2028',
    '%h',
    ': {',
  ),
  fc.string({unit: 'binary'}),
)
const anyRecord = fc
  .array(nasty, {minLength: recordFields.length, maxLength: recordFields.length})
  .map((values) => Object.fromEntries(recordFields.map((field, index) => [field, values[index]])) as InventoryRecord)
const anyRecords = fc.array(
  fc.oneof(
    anyRecord,
    fc.record({tcp: nasty, label: nasty, netName: nasty, mac: nasty, host: nasty, os: nasty}).map(record),
  ),
  {maxLength: 5},
)

/** What was written for any records, to be looked at in each test. */
function forAny(
  format: ExportFormat,
  inspect: (text: string, records: readonly InventoryRecord[]) => void,
  numRuns = 300,
): void {
  fc.assert(
    fc.property(anyRecords, (records) => {
      const {text, machines, leftOut} = exportInventory(format, records)
      expect(machines).toBeLessThanOrEqual(records.length)
      for (const {record: each, reason} of leftOut) {
        expect(records).toContain(each)
        expect(reason).not.toBe('')
      }
      inspect(text, records)
    }),
    {numRuns},
  )
}

/** RFC 4180, strictly. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  for (let at = 0, row: string[] = []; at < text.length; ) {
    const [field = '', quoted, plain, end = ''] =
      /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y.exec(text.slice(at)) ?? []
    if (field === '') throw new Error(`no CSV from ${JSON.stringify(text.slice(at, at + 40))}`)
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    at += field.length
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

describe('whatever stands in the records', () => {
  test('/etc/hosts has lines of one address and one or two host names', () => {
    forAny('hosts', (text) => {
      for (const line of text.split('\n').slice(0, -1)) {
        const [ip, ...names] = line.split(' ')
        expect(ip).toMatch(/^(\d+(\.\d+){3}|[0-9a-f:]+)$/)
        expect(names.length === 1 || names.length === 2).toBe(true)
        expect(names.every(isHostName)).toBe(true)
        expect(names).not.toContain('localhost')
        expect(ip).not.toMatch(/^(0|127|169\.254|22[4-9]|2[3-5]\d)\.|^(::|fe80|ff)/)
      }
    })
  })

  test('/etc/ethers reads back without a reject', () => {
    forAny('ethers', (text) => {
      const {entries, rejects} = parseEthers(text)
      expect(rejects).toEqual([])
      expect(entries).toHaveLength(text.split('\n').length - 1)
    })
  })

  test('the dnsmasq lines read back without a reject, no address given twice', () => {
    forAny('dnsmasq', (text) => {
      const {entries, rejects} = parseDnsmasqConf(text)
      expect(rejects).toEqual([])
      expect(entries).toHaveLength(text.split('\n').length - 1)
      const ips = entries.map(({ip}) => ip).filter((ip) => ip !== '')
      expect(new Set(ips).size).toBe(ips.length)
      for (const {name} of entries) expect(name).not.toMatch(/^_/)
    })
  })

  test('ssh_config has blocks of known keywords with one word each', () => {
    forAny('ssh-config', (text) => {
      const lines = text.split('\n').filter((line) => line !== '')
      for (const line of lines)
        expect(line).toMatch(/^(Host| {2}HostName| {2}Port| {2}ProxyJump) [A-Za-z0-9_][A-Za-z0-9_.:-]*$/)
      const labels = lines.filter((line) => line.startsWith('Host ')).map((line) => line.toLowerCase())
      expect(new Set(labels).size).toBe(labels.length)
    })
  })

  test('the Ansible inventory is YAML of plain text, its groups name its hosts', () => {
    forAny('ansible', (text) => {
      expect(text).toMatch(/^[A-Za-z0-9 ._:+/="{}\n-]*$/)
      expect(text).not.toContain('{{')
      const {all} = load(text) as {all: {hosts?: object; children?: Record<string, {hosts: object}>}}
      const names = Object.keys(all.hosts ?? {})
      expect(names.every(isHostName)).toBe(true)
      for (const [group, {hosts}] of Object.entries(all.children ?? {})) {
        expect(group).toMatch(/^(host|os|dist)_[a-z0-9_]*$/)
        expect(names).toEqual(expect.arrayContaining(Object.keys(hosts)))
      }
    })
  })

  test('the Prometheus file is JSON with the labels as they are', () => {
    forAny('prometheus', (text, records) => {
      for (const {targets, labels} of JSON.parse(text) as {targets: string[]; labels: Record<string, string>}[]) {
        expect(targets).toEqual([expect.stringMatching(/^(\d+(\.\d+){3}|\[[0-9a-f:]+\]):9100$/)])
        const {ctys_label: label = '', ctys_host: host = ''} = labels
        expect(records.some((each) => each.label === label && each.host === host)).toBe(true)
      }
    })
  })

  test('CSV reads back to the very values, and none of it is a formula', () => {
    forAny('csv', (text, records) => {
      const [head, ...rows] = parseCsv(text)
      expect(head).toEqual(recordFields)
      for (const row of rows) {
        for (const value of row) expect(value).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/)
        const values = row.map((value) => value.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, ''))
        expect(records.map((each) => Object.values(each))).toContainEqual(values)
      }
    })
  })
})

test.each(exportFormats)('%s of nothing and of 20,000 equal machines is made without complaint or delay', (format) => {
  expect(exportInventory(format, []).leftOut).toEqual([])
  const records = Array.from({length: 20_000}, (_, index) =>
    record({
      label: `vm${index}`,
      tcp: `10.0.${index >> 8}.${index & 255}`,
      mac: `02:00:00:00:${(index >> 8).toString(16)}:${(index & 255).toString(16)}`,
      os: 'Linux',
    }),
  )
  const begin = performance.now()
  const {text, leftOut} = exportInventory(format, records)
  expect(leftOut).toEqual([])
  expect(text).toContain('vm19999')
  expect(performance.now() - begin).toBeLessThan(timesYardstick(90))
})

describe('what could mislead is left out', () => {
  test.each<[ExportFormat, string, Partial<InventoryRecord>, RegExp]>([
    ['hosts', 'the name of another host', {label: 'H2'}, /name of a host/],
    ['hosts', 'a name that is a number', {label: '0x7f'}, /neither network name nor label/],
    ['hosts', 'localhost', {label: 'localhost'}, /neither/],
    ['hosts', 'a name for address', {tcp: 'dhcp'}, /no IP address/],
    ...[
      '127.0.0.1',
      '0.0.0.0',
      '169.254.1.1',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      'fe80::1',
      '::ffff:127.0.0.1',
    ].map((tcp): [ExportFormat, string, Partial<InventoryRecord>, RegExp] => [
      'hosts',
      tcp,
      {tcp},
      /no IP address of its own/,
    ]),
    ['hosts', 'a name looked for by everybody', {label: 'wpad.lab'}, /neither/],
    ['hosts', 'the name of its own host', {label: 'h1'}, /name of a host/],
    ['hosts', 'the name of this computer', {label: ownHost}, /name of a host/],
    ['hosts', 'the name of a host nothing is exported of', {label: 'h3'}, /name of a host/],
    ['hosts', 'the name of another machine', {netName: 'GOOD'}, /'GOOD' is taken by .* on h2/],
    ['ethers', 'the name of a host', {label: 'h2'}, /name of a host/],
    ['ethers', 'the MAC address of another machine', {mac: '52:54:00:00:00:01'}, /'52:54:00:00:00:01' is taken by/],
    ['prometheus', 'an address that is nobody’s', {tcp: '127.0.0.1'}, /no IP address of its own/],
    ['ssh-config', 'the name of a host', {label: 'h2'}, /name of a host/],
    ['ssh-config', 'the name of its own host', {label: 'h1'}, /name of a host/],
    ['ssh-config', 'a pattern', {label: 'web*'}, /label is no host name/],
    ['ssh-config', 'an option for host', {host: '-oProxyCommand=x'}, /is no host name/],
    ['ssh-config', 'the word that switches jumping off', {host: 'none'}, /is no host name/],
    ['ssh-config', 'the name of a host nothing is exported of', {label: 'h3'}, /name of a host/],
    ['ssh-config', 'the name of a host behind another port', {label: 'h4'}, /name of a host/],
    ['ssh-config', 'a port that is none', {host: 'h1:99999'}, /is no host name/],
    ['ssh-config', 'an address for host that is nobody’s', {host: '127.0.0.1'}, /is no host name/],
    ['ansible', 'the name of a host', {label: 'H2'}, /name of a host/],
    ['ansible', 'a range', {label: 'web[1:3]'}, /label is no host name/],
    ['ansible', 'a group of its own', {label: 'all'}, /Ansible's own/],
    ['ansible', 'the name of a group', {label: 'os_linux'}, /Ansible's own/],
    ['ansible', 'a template', {os: '{{ lookup("pipe", "id") }}'}, /is not plain text/],
    ['dnsmasq', 'a MAC address of many', {mac: '01:00:5e:00:00:01'}, /no MAC address/],
    ['dnsmasq', 'a lease time for name', {label: '12h', tcp: ''}, /neither/],
    [
      'dnsmasq',
      'an address given twice',
      {mac: '52:54:00:00:00:02', tcp: '10.0.0.2'},
      /10\.0\.0\.2 is in another line already/,
    ],
    ['dnsmasq', 'the name of a host', {label: 'h2'}, /name of a host/],
    ['dnsmasq', 'a name that begins with an underscore', {label: '_web', tcp: ''}, /neither/],
    ['dnsmasq', 'a MAC address given twice', {mac: '52:54:00:00:00:01'}, /'52:54:00:00:00:01' is taken by/],
    ['csv', 'a bell', {userString: '\x07'}, /userString holds control characters/],
  ])('%s: %s', (format, _, facts, reason) => {
    const good = record({host: 'h2', label: 'good', mac: '52:54:00:00:00:01', tcp: '10.0.0.2'})
    const bad = record({mac: '52:54:00:00:00:09', tcp: '10.0.0.9', ...facts})
    const inventory = [good, bad, record({host: 'h3'}), record({host: 'h4:2222'})]
    const {text, machines, leftOut} = exportInventory(format, [good, bad], {inventory})
    expect(machines).toBe(/plain text/.test(leftOut[0]?.reason ?? '') ? 2 : 1)
    expect(leftOut).toEqual([{record: bad, reason: expect.stringMatching(reason)}])
    expect(text).toContain('good')
  })

  test('the second machine of a label, for programs that take the first', () => {
    const records = [record({tcp: '10.0.0.1'}), record({host: 'h2', label: 'WEB01', tcp: '10.0.0.2'})]
    for (const format of ['ssh-config', 'ansible'] as const) {
      expect(exportInventory(format, records).leftOut).toEqual([
        {record: records[1], reason: expect.stringContaining('taken')},
      ])
    }
  })
})

describe('what is the same machine is no conflict', () => {
  test('several interfaces have one name, and one without an address is not missed', () => {
    const records = [
      record({tcp: '10.0.0.1', mac: '52:54:00:00:00:01', ifName: '0'}),
      record({tcp: '10.0.0.2', mac: '52:54:00:00:00:02', ifName: '1'}),
      record({ifName: '2'}),
    ]
    const lines = {
      hosts: '10.0.0.1 web01\n10.0.0.2 web01\n',
      ethers: '52:54:00:00:00:01 web01\n52:54:00:00:00:02 web01\n',
      dnsmasq: 'dhcp-host=52:54:00:00:00:01,10.0.0.1,web01\ndhcp-host=52:54:00:00:00:02,10.0.0.2,web01\n',
    }
    for (const [format, text] of Object.entries(lines)) {
      expect(exportInventory(format as ExportFormat, records)).toEqual({text, machines: 1, leftOut: []})
    }
  })

  test('a copy that stands by on another host makes the same line', () => {
    const facts = {tcp: '10.0.0.1', mac: '52:54:00:00:00:01'}
    const {text, machines, leftOut} = exportInventory('dnsmasq', [record(facts), record({...facts, host: 'h2'})])
    expect({text, machines, leftOut}).toEqual({
      text: 'dhcp-host=52:54:00:00:00:01,10.0.0.1,web01\n',
      machines: 2,
      leftOut: [],
    })
  })

  test('a line of its own for each name of one interface would keep dnsmasq from starting', () => {
    const facts = {tcp: '10.0.0.1', mac: '52:54:00:00:00:01'}
    const records = [record({...facts, netName: 'a.lab'}), record({...facts, netName: 'b.lab'})]
    expect(exportInventory('dnsmasq', records)).toMatchObject({
      text: 'dhcp-host=52:54:00:00:00:01,10.0.0.1,a.lab\n',
      leftOut: [{record: records[1], reason: '10.0.0.1 is in another line already'}],
    })
  })

  test('hosts need no block of ssh_config, which is told where nothing else would be', () => {
    const host = record({type: 'PM', label: 'h1', tcp: '10.0.0.1'})
    const reason = 'is a host, which ssh reaches by its own name'
    expect(exportInventory('ssh-config', [host])).toEqual({text: '', machines: 0, leftOut: [{record: host, reason}]})
    // a machine called like a host of which nothing is asked for is none of them
    const evil = record({host: 'h2', label: 'h1', tcp: '10.0.0.9'})
    expect(exportInventory('ssh-config', [evil], {inventory: [host, evil]})).toMatchObject({
      machines: 0,
      leftOut: [{record: evil, reason: expect.stringContaining('name of a host')}],
    })
  })

  test.each([
    ['by its own name', {host: 'h1', label: 'h1'}, {ansible_host: 'h1'}],
    ['by the port of that name', {host: 'h1:2222', label: 'h1'}, {ansible_host: 'h1', ansible_port: 2222}],
    ['by the name it was scanned by', {host: 'h1.lab', label: 'h1'}, {ansible_host: 'h1.lab'}],
    ['by its name without an address', {host: 'h1', label: 'h1', tcp: ''}, {ansible_host: 'h1'}],
    ['by its address where the host is this computer', {host: ownHost, label: ownHost}, {ansible_host: '10.0.0.1'}],
    ['by its address where the host is no name', {host: '-oX=y', label: 'h1'}, {ansible_host: '10.0.0.1'}],
  ])('Ansible reaches a physical machine %s, never through itself', (_, facts, variables) => {
    const host = record({type: 'PM', tcp: '10.0.0.1', sshPort: '22', ...facts})
    const {text, leftOut} = exportInventory('ansible', [host])
    expect(leftOut).toEqual(facts.host.startsWith('-') ? [expect.objectContaining({record: host})] : [])
    expect(text).not.toContain('ProxyJump')
    expect(load(text)).toMatchObject({all: {hosts: {[facts.label]: {...variables, ctys_type: 'PM'}}}})
  })

  test('a physical machine is called as the host it is', () => {
    const records = [record({type: 'PM', host: 'h1', label: 'h1', tcp: '10.0.0.1'})]
    expect(exportInventory('hosts', records)).toEqual({text: '10.0.0.1 h1\n', machines: 1, leftOut: []})
  })
})

describe('the ssh of this machine', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ctys-ssh-config-'))
  })
  afterAll(() => rmSync(directory, {recursive: true, force: true}))

  function evaluate(text: string, name: string): Record<string, string> {
    const path = join(directory, 'config')
    writeFileSync(path, text)
    const lines = execFileSync('ssh', ['-T', '-G', '-F', path, name], {encoding: 'utf8', timeout: 10_000}).split('\n')
    return Object.fromEntries(lines.map((line) => [line.split(' ')[0], line.slice(line.indexOf(' ') + 1)]))
  }

  test('reads address, port and jump of each machine', () => {
    const records = [
      record({host: 'worker1.lab', label: 'web01', tcp: '10.0.0.1'}),
      record({host: 'localhost', label: 'DB01', tcp: '2001:DB8::2', sshPort: '2222'}),
      record({host: ownHost, label: 'near', tcp: '10.0.0.3', sshPort: '22%2222'}),
      record({host: '10.0.0.250', label: 'web02', tcp: '10.0.0.4'}),
      record({host: 'worker1.lab:2222', label: 'web03', tcp: '10.0.0.5'}),
    ]
    const {text, leftOut} = exportInventory('ssh-config', records)
    expect(leftOut).toEqual([])
    expect(evaluate(text, 'web01')).toMatchObject({hostname: '10.0.0.1', port: '22', proxyjump: 'worker1.lab'})
    expect(evaluate(text, 'DB01')).toMatchObject({hostname: '2001:db8::2', port: '2222'})
    expect(evaluate(text, 'web02')).toMatchObject({proxyjump: expect.stringMatching(/^\[?10\.0\.0\.250\]?$/)})
    expect(evaluate(text, 'web03')).toMatchObject({proxyjump: 'worker1.lab:2222'})
    for (const name of ['DB01', 'near', 'worker1.lab']) expect(evaluate(text, name)).not.toHaveProperty('proxyjump')
    expect(evaluate(text, 'stranger')).toMatchObject({hostname: 'stranger'})
  })

  test('keeps its own settings for hosts, and no host is behind itself', () => {
    const own = 'Host h1\n  HostName gate.lab\n  Port 2022\n  User root\n'
    const records = [
      record({type: 'PM', host: 'h1', label: 'H1', tcp: '10.77.0.1', ifName: 'eth0'}),
      record({type: 'PM', host: 'h1', label: 'H1', tcp: '172.17.0.1', ifName: 'docker0'}),
      record({type: 'PM', host: 'h2:2222', label: 'h2', tcp: '10.77.0.2'}),
      record({type: 'PM', host: 'h3.lab', label: 'h3', tcp: '10.77.0.3'}),
      record({type: 'PM', host: '10.77.0.2', label: 'h2', tcp: '10.77.0.2'}),
      record({host: 'h1', label: 'web01', tcp: '10.0.0.1'}),
    ]
    const {text, machines, leftOut} = exportInventory('ssh-config', records)
    expect([machines, leftOut]).toEqual([2, []])
    expect(text.match(/^Host .*/gm)).toEqual(['Host h3', 'Host web01'])
    const h1 = evaluate(text + own, 'h1')
    expect(h1).toEqual(evaluate(own, 'h1'))
    expect(h1).toMatchObject({hostname: 'gate.lab', port: '2022', user: 'root'})
    expect(evaluate(text + own, 'web01')).toMatchObject({hostname: '10.0.0.1', proxyjump: 'h1'})
    expect(evaluate(text, 'h2')).toMatchObject({hostname: 'h2', port: '22'})
    expect(evaluate(text, 'h3')).toMatchObject({hostname: '10.77.0.3'})
    for (const name of ['h1', 'h2', 'h3']) expect(evaluate(text + own, name)).not.toHaveProperty('proxyjump')
  })

  test('takes the file for any records, and no stranger is drawn into it', {timeout: 60_000}, () => {
    forAny(
      'ssh-config',
      (text) => expect(evaluate(text, 'stranger')).toMatchObject({hostname: 'stranger', port: '22'}),
      25,
    )
  })
})
