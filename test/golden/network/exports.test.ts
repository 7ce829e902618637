import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {exportInventory} from '../../../inventory/network/export.js'
import {exportFormats} from '../../../src/domain/inventory/inventory-files.js'
import {record} from '../../fixtures/inventory/make-records.js'

const inventory = join(import.meta.dirname, '../../fixtures/inventory/enum.fdb')
const linux = {os: 'Linux', dist: 'Debian 12'}
const records = [
  ...parseEnumFdb(readFileSync(inventory)).records,
  record({
    ...{host: 'worker1.lab', label: 'db01', uuid: '9531985d-5d9d-49f8-9818-e811892f902c', ifName: '0', sshPort: '2222'},
    ...{mac: '52:54:00:aa:bb:01', tcp: '10.0.0.1', netName: 'db01.lab.example', ...linux},
  }),
  record({
    ...{host: 'worker1.lab', label: 'db01', uuid: '9531985d-5d9d-49f8-9818-e811892f902c', ifName: '1'},
    ...{mac: '52:54:00:aa:bb:02', tcp: '2001:DB8::2', netName: 'db01-6.lab.example', ...linux},
  }),
  record({
    host: 'worker2',
    label: 'front desk',
    mac: '52:54:00:aa:bb:03',
    tcp: '10.0.0.3',
    userString: '=HYPERLINK("x","y")',
  }),
  record({host: 'worker2', label: 'off', os: 'OpenBSD'}),
]

test.each(exportFormats)('%s is written as in its file, and the rest is reported', (format) => {
  const {text, leftOut} = exportInventory(format, records)
  const report = leftOut.map(({record: {host, label}, reason}) => `left out: ${host} ${label}: ${reason}\n`).join('')
  const expected = readFileSync(join(import.meta.dirname, `export-${format}.txt`), 'utf8')
  expect(text).toBe(expected)
  expect(report).toBe(readFileSync(join(import.meta.dirname, `export-${format}.left-out.txt`), 'utf8'))
})
