/** `ctys forget` as typed: what goes, what stays, and what is refused. */
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {formatLine} from '../../inventory/fdb/line.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {expectSchema} from '../fakes/schemas.js'
import {runBuilt} from './run-built.js'

let home: string
const file = () => join(home, '.ctys/db/default/enum.fdb')
const ctys = (...argv: string[]) => runBuilt(home, ['ctys', ...argv])
const left = () =>
  readFileSync(file(), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(';').slice(0, 3).join(' '))

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-forget-'))
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
  mkdirSync(join(home, '.ctys/groups'), {recursive: true})
  writeFileSync(join(home, '.ctys/groups/lab'), 'h1\nh2\n')
  const records = [
    ['h1', 'QEMU', 'web01'],
    ['h1', 'QEMU', 'web02'],
    ['h1', 'PM', 'h1'],
    ['h2', 'QEMU', 'web01'],
    ['h2', 'XEN', 'dom1'],
    ['h3', 'QEMU', 'h2'],
    ...[1, 2, 3].map((n) => ['h3', 'QEMU', `app${n}`]),
  ].map(([host = '', type = '', label = '']) =>
    formatLine({...emptyRecord(), host, type, label, id: `/vm/${host}/${label}.ctys`, source: 'scan'}),
  )
  writeFileSync(file(), `${records.join('\n')}\n`)
})
afterEach(() => rmSync(home, {recursive: true, force: true}))

const all = ['h1 QEMU web01', 'h1 QEMU web02', 'h1 PM h1', 'h2 QEMU web01', 'h2 XEN dom1', 'h3 QEMU h2']
const apps = ['h3 QEMU app1', 'h3 QEMU app2', 'h3 QEMU app3']

test.each([
  [['h1'], ['h2 QEMU web01', 'h2 XEN dom1', 'h3 QEMU h2', ...apps]],
  [['web02'], ['h1 QEMU web01', ...all.slice(2), ...apps]],
  [
    ['web01', 'h1'],
    [...all.slice(1), ...apps],
  ],
  [
    ['web*', 'admin@h1'],
    [...all.slice(2), ...apps],
  ],
  [['l:h2'], [...all.slice(0, 5), ...apps]],
  [['/vm/h2/dom1.ctys'], [...all.slice(0, 4), 'h3 QEMU h2', ...apps]],
  [['--where', 'host=h3', '--yes'], all.slice(0, 5)],
  [['@lab'], ['h3 QEMU h2', ...apps]],
  [['@all', '--yes'], []],
])('forget %j', async (words, expected) => {
  const before = left()
  const {code, stdout, stderr} = await ctys('forget', ...words)
  expect({code, stderr}).toEqual({code: 0, stderr: expect.stringContaining('forgotten, no host was touched')})
  expect(left()).toEqual(expected)
  for (const gone of before.filter((line) => !expected.includes(line))) {
    expect(stdout).toMatch(new RegExp(`^gone +${gone.split(' ')[2]} +${gone.split(' ')[0]}`, 'm'))
  }
})

test.each([
  [[], 2, 'name machines or hosts'],
  [['nope'], 2, "'nope' is no machine and no host of the inventory"],
  [['h2'], 2, "'h2' is a machine and a host: l:h2 is the machine, h2:22 the host"],
  [['l:nope'], 3, 'MACHINE_NOT_FOUND'],
  [['web01'], 3, 'MACHINE_AMBIGUOUS'],
  [['web02', 'h3'], 3, 'MACHINE_NOT_FOUND'],
  [['@all'], 2, '9 machines are forgotten'],
  [['@nope'], 2, "there is no group 'nope'"],
])('forget %j is refused, and nothing goes', async (words, status, fault) => {
  const {code, stdout, stderr} = await ctys('forget', ...words)
  expect({code, stdout, stderr}).toEqual({code: status, stdout: '', stderr: expect.stringContaining(fault)})
  expect(left()).toEqual([...all, ...apps])
})

test('-n shows what would go; --json obeys its schema', async () => {
  const {code, stdout} = await ctys('forget', 'h1', '-n', '--json')
  const body = JSON.parse(stdout)
  expectSchema('inventory-tools', body)
  expect([code, body.dryRun, body.changes.length]).toEqual([0, true, 3])
  expect(left()).toEqual([...all, ...apps])
})
