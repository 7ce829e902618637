/** `ctys list` as typed, of this machine: what lies here is listed with its state. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatLine} from '../../inventory/fdb/line.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {expectSchema} from '../fakes/schemas.js'
import {runBuilt} from './run-built.js'

let home: string
const here = hostname().toLowerCase()
const ctys = (...argv: string[]) => runBuilt(home, ['ctys', ...argv])

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-list-'))
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
  const records = ['listed10', 'listed9'].map((label) =>
    formatLine({...emptyRecord(), host: here, type: 'QEMU', label, id: `${home}/vm/${label}.ctys`, source: 'scan'}),
  )
  writeFileSync(join(home, '.ctys/db/default/enum.fdb'), `${records.join('\n')}\n`)
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

test.each([[[]], [['@all']], [['localhost']]])('ctys list %j shows what is off, in order', async (words) => {
  const {code, stdout} = await ctys('list', ...words)
  expect(code).toBe(0)
  const ours = stdout.split('\n').filter((line) => / listed[0-9]+ /.test(line))
  expect(ours).toEqual(
    [/^localhost +listed9 +off /, /^localhost +listed10 +off /].map((line) => expect.stringMatching(line)),
  )
})

test('--json has all machines, --running and the classic call what runs', async () => {
  const body = JSON.parse((await ctys('list', '--json')).stdout)
  expectSchema('report', body)
  const ours = body.machines.filter(({id}: {id: string}) => id.startsWith(home))
  expect(ours.map(({label, status}: Record<string, string>) => [label, status])).toEqual([
    ['listed9', 'off'],
    ['listed10', 'off'],
  ])
  for (const argv of [['list', '--running'], ['-a', 'list'], []])
    expect((await ctys(...argv)).stdout).not.toContain('listed9')
})

test('probe and scan without a host are for the hosts of the inventory, vdbgen and what stops are not', async () => {
  const targets = async (...argv: string[]) => {
    const {plan} = JSON.parse((await ctys(...argv, '--json', '-n')).stdout)
    return plan.tasks.map(({target}: {target: {host: string}}) => target.host)
  }
  const far = formatLine({...emptyRecord(), host: 'h7', type: 'QEMU', label: 'far', id: '/vm/far.ctys'})
  const inventory = join(home, 'other')
  mkdirSync(inventory)
  writeFileSync(join(inventory, 'enum.fdb'), `${far}\n`)
  expect(await targets('probe', '-p', inventory)).toEqual(['h7'])
  expect(await targets('list', '-p', inventory)).toEqual(['h7'])
  expect(await targets('-a', 'list', '-p', inventory)).toEqual(['localhost'])
  expect(await targets('stop', '--all', '@all', '-p', inventory)).toEqual(['h7'])
  expect(await ctys('stop', '--all', '-p', inventory)).toMatchObject({code: 2})
  expect(await ctys('stop', '--all', '@all', '-p', join(home, 'none'))).toMatchObject({code: 2, stdout: ''})
})
