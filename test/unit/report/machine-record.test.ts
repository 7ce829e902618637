/** The classic layouts against output of the original release 01.11.022. */
import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {classicTable, hostRow, machineRecord} from '../../../src/report/find/machine-record.js'
import {machine} from '../../golden/report/samples.js'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/report/${name}.txt`, import.meta.url), 'utf8')

const root = {uid: 'root', gid: 'root'}
const desktop = machine({
  ...root,
  type: 'VNC',
  label: 'tst1',
  id: '5',
  uuid: '',
  macs: [],
  tcps: [],
  vncDisplay: '5',
  cport: '5905',
  sport: '',
  pid: 20210,
  exePath: 'Xvnc',
  version: 'TigerVNC-1.12.0',
  accelerator: '',
})
const guest = machine({
  ...root,
  label: 'tst',
  id: '/vm/tst/tst.ctys',
  vncDisplay: '17',
  cport: '5917',
  sport: '/var/tmp/qemumon.tst.20216.root',
  pid: 23305,
  version: 'qemu-',
  accelerator: 'QEMU',
  arch: '',
})
const itself = hostRow('vm', {
  ...{label: '', id: '/etc/ctys.d/vm.conf', uuid: '', mac: '00:50:56:13:11:01', tcp: '192.0.2.2', ifName: 'eth0'},
  ...{system: 'Linux-6.1.0-18-amd64', distribution: 'debian-12.11', accelerator: 'PARA', arch: 'x86_64'},
})
const all = [...[desktop, guest].map((entry) => ({host: 'vm', machine: entry})), itself]

test('the table TAB_TCP has the columns, widths and rule of the original', () => {
  expect(classicTable(all)).toBe(fixture('list-default'))
})

test('paths take the place of labels, and addresses come with "both" only, as in the original', () => {
  expect(classicTable(all, {ids: false, addresses: false})).toBe(fixture('list-tab-tcp'))
  const paths = all.map((entry) =>
    entry.machine === guest ? {...entry, machine: {...guest, id: '/vm/test/tst/tst.ctys'}} : entry,
  )
  expect(classicTable(paths, {ids: true, addresses: false})).toBe(fixture('list-terse'))
})

test('the record MACHINE has the fields of the original', () => {
  expect(all.map(machineRecord).join('')).toBe(fixture('list-machine'))
})

test('a record has 22 fields whatever is in them', () => {
  const hostile = machine({label: 'a;b\n;c', macs: ['00:11', '00:12'], tcps: ['10.0.0.1', 'web;01']})
  const line = machineRecord({host: 'h1', machine: hostile})
  expect(line.split(';')).toHaveLength(22)
  expect(line.split(';').slice(2, 7)).toEqual([
    'a\\x3bb\\n\\x3bc',
    '/vm/web01/web01.ctys',
    hostile.uuid,
    '00:11,00:12',
    '10.0.0.1,web\\x3b01',
  ])
})

test('a value too long for its classic column is cut, so that the bars stay in line', () => {
  const lines = classicTable([{host: 'a-host-with-a-very-long-name.example.org', machine: machine()}]).split('\n')
  expect(lines[2]).toHaveLength(lines[1]?.length ?? 0)
})
