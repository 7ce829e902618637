import {copyFileSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {expectSchema} from '../fakes/schemas.js'
import {runBuilt} from './run-built.js'

// why and show --offline through the built program; needs a build
let home: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-why-'))
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
  copyFileSync('test/fixtures/query/vhost_machine.txt', join(home, '.ctys/db/default/enum.fdb'))
})

afterAll(() => rmSync(home, {recursive: true, force: true}))

const ctys = (...argv: readonly string[]) => runBuilt(home, ['ctys', ...argv])

test.each([
  [['why', 'vm00500'], 0, 'a command without a host takes host020 /vm/vm00500/vm00500.ctys'],
  [['why', 'vm00502'], 3, 'type is XEN, not QEMU'],
  [['why', 'VM00500'], 3, 'upper and lower case differ'],
  [['why', '-t', 'xen', 'vm00502'], 0, 'UNSUPPORTED'],
  [['why', '-c', 'MINCNT', 'vm00500'], 0, 'chosen because it lies on this host only'],
  [['why', 'os=debian', 'type=XEN'], 0, 'host021 l:vm00502'],
  [['why', '-X', 'vm00500'], 0, 'yes;vm00500;host020;QEMU;'],
  [['why'], 2, 'name a machine'],
  [['why', '-c', 'cheap', 'vm00500'], 2, 'USAGE'],
  [['show', 'vm00500', '--offline'], 0, 'vm00500 on host020 (never observed)'],
  [['show', 'nobody', '--offline'], 3, 'MACHINE_NOT_FOUND'],
  [['show', 'vm00500', '--max-age', 'soon'], 2, 'is no duration'],
  [['show', '-n', 'vm00500'], 0, 'no host was contacted'],
])('ctys %j ends with %i and says "%s"', async (argv, code, said) => {
  const {stdout, stderr, ...answer} = await ctys(...argv)
  expect(stdout + stderr).toContain(said)
  expect(answer.code, stdout + stderr).toBe(code)
})

test.each([
  [['why', 'vm00500']],
  [['why', 'vm0050']],
  [['why', '-c', 'mincnt', 'f:vm005']],
  [['why', 'os=debian', 'XEN']],
  [['show', 'vm00500', '--offline']],
])('the JSON of %j obeys the schema', async (argv) => {
  const {stdout, code} = await ctys(...argv, '--json')
  const body = JSON.parse(stdout)
  expectSchema('report', body)
  expect(body).toMatchObject({command: argv[0], exitCode: code})
})
