import {copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {runBuilt} from './run-built.js'

// the questions of people through the built program; the languages themselves have their own tests
let home: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-ask-'))
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
  copyFileSync('test/fixtures/query/vhost_machine.txt', join(home, '.ctys/db/default/enum.fdb'))
})

afterAll(() => rmSync(home, {recursive: true, force: true}))

const ask = (...words: readonly [string, ...string[]]) => runBuilt(home, words)

test('ctys-vhost answers in the layout of the original, byte for byte', async () => {
  const {code, stdout} = await ask('ctys-vhost', '-o', 'PM,LABEL,MAC,TCP', 'vm0050')
  expect(stdout).toBe(readFileSync('test/fixtures/query/vhost_pm_label_mac_tcp.txt', 'utf8'))
  expect(code).toBe(0)
  const table = await ask('ctys-vhost', 'vm0050')
  expect(table.stdout).toBe(readFileSync('test/fixtures/query/vhost_default_table.txt', 'utf8'))
})

test.each([
  [['os=debian'], 5],
  [['os=debian', 'type=XEN'], 1],
  [['type=XEN', 'or', 'type=VMW'], 4],
  [['not', 'type=XEN'], 8],
  [['label~^vm0050[1-3]$'], 3],
  [['mem>=512M', 'host=host020'], 1],
  [['age>1d'], 10],
])('ctys find %j finds %d machines', async (words, count) => {
  const {code, stdout} = await ask('ctys', 'find', '--json', ...words)
  expect(code).toBe(0)
  expect(JSON.parse(stdout).records).toHaveLength(count)
})

test('fields, filters and json go together', async () => {
  expect((await ask('ctys', 'find', '-o', 'label,host', '-M', 'last', 'os=debian')).stdout).toBe(
    'LABEL    HOST\nvm00502  host021\n',
  )
  expect((await ask('ctys', 'find', '-X', '-o', 'label,host', '-M', 'last', 'os=debian')).stdout).toBe(
    'vm00502;host021\n',
  )
  expect(JSON.parse((await ask('ctys', 'find', '-o', 'json', 'vm00500')).stdout).records).toHaveLength(1)
})

test.each([
  [['find', 'colour=red'], 2, "unknown field 'colour'"],
  [['find', 'label~('], 2, 'USAGE'],
  [['find', 'os=plan9'], 3, 'nothing in the inventory'],
  [['vhost', '-M', 'unique', 'vm0050'], 3, 'MACHINE_AMBIGUOUS'],
  [['vhost', '-M', 'sometimes', 'x'], 2, "unknown filter 'sometimes'"],
])('ctys %j ends with %d and says why', async (argv, code, said) => {
  const answer = await ask('ctys', ...argv)
  expect(answer.stderr).toContain(said)
  expect(answer.code).toBe(code)
})

test('nothing found is no failure for ctys-vhost', async () => {
  expect(await ask('ctys-vhost', 'nobody')).toMatchObject({code: 0, stderr: ''})
})

test('ctys inventory check names what two machines share and must not', async () => {
  const directory = join(home, 'shared')
  mkdirSync(directory)
  const facts = {...emptyRecord(), type: 'QEMU', mac: '00:50:56:00:00:01'}
  const records = ['web01', 'db01'].map((label, i) => ({...facts, host: `h${i}`, label, id: `/vm/${label}.ctys`}))
  writeFileSync(join(directory, 'enum.fdb'), formatEnumFdb(records))
  const answer = await ask('ctys', 'inventory', 'check', '-p', directory)
  expect(answer.stdout).toMatch(/^mac +00:50:56:00:00:01 +h0 +web01/m)
  expect(answer.code).toBe(2)
})

test('what a record lacks is filled from the address map beside it', async () => {
  const directory = join(home, 'filled')
  mkdirSync(directory)
  const record = {
    ...emptyRecord(),
    host: 'h1',
    type: 'QEMU',
    label: 'web01',
    id: '/vm/web01.ctys',
    mac: '00:50:56:00:00:01',
  }
  writeFileSync(join(directory, 'enum.fdb'), formatEnumFdb([record]))
  writeFileSync(join(directory, 'macmap.fdb'), 'web01;10.0.0.7;00:50:56:00:00:01\n')
  expect((await ask('ctys', 'find', '-p', directory, 'web01')).stdout).toContain('10.0.0.7')
})
