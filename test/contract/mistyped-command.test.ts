import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {record} from '../fixtures/inventory/make-records.js'
import {runBuilt} from './run-built.js'

// what stands in the place of a command is a command, a group or a known host; needs a build
let home: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-mistyped-'))
  const database = join(home, '.ctys/db/default')
  mkdirSync(database, {recursive: true})
  writeFileSync(join(database, 'enum.fdb'), formatEnumFdb([record({host: 'lists'}), record({label: 'shwo'})]))
  writeFileSync(join(home, 'ssh_config'), 'Host lab*\n  HostName 192.0.2.7\nHost bare\n  Port 2222\n', {mode: 0o600})
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const ctys = (argv: readonly string[]) =>
  runBuilt(home, ['ctys', ...argv], {env: {CTYS_SSH_CONFIG: join(home, 'ssh_config')}})

test.each([
  [['fnid', 'web01'], "'fnid' is no command; did you mean find?", 'ctys -a list fnid'],
  [['strat', 'web01'], 'did you mean start?', 'ctys -a list strat'],
  [['inventroy', 'check'], 'did you mean inventory?', 'ctys -a list inventroy'],
  [['--verbose', 'lst'], 'did you mean list?', 'ctys -a list lst'],
  [['-n', 'shwo', 'web01'], 'did you mean show?', 'ctys -a list shwo'],
  [['hlep'], 'did you mean help?', 'ctys -a list hlep'],
  // words of other tools, and labels
  [['migrate', 'web01'], "'migrate' is no command, no group and no known host", 'ctys -a list migrate'],
  // they stand within words of what ssh says of every host
  [['ls', 'web01'], "'ls' is no command", 'ctys -a list ls'],
  [['man', 'web01'], "'man' is no command", 'ctys -a list man'],
  [['web01', 'db01'], "'web01' is no command, no group and no known host", 'ctys -a list web01'],
  [['vhost1'], "'vhost1' is no command", 'ctys -a list vhost1'],
  // an option the classic call does not have
  [['strat', 'web01', '--reuse'], 'did you mean start?', 'ctys help classic'],
])('%j is a mistake, and no host is contacted', async (argv, fault, next) => {
  const {code, stdout, stderr} = await ctys(argv)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^ctys: USAGE: /)
  expect(stderr).toContain(fault)
  expect(stderr).toContain(next)
})

test.each([
  [['-n', 'stop', 'web01', 'h1', '--grace', '5']],
  [['--grace', '5', '-n', 'stop', '--force', 'web01', 'h1']],
  [['stop', 'web01', '--grace=5', 'h1', '-n']],
])('%j is one and the same stop, whatever the order', async (argv) => {
  const {code, stdout, stderr} = await ctys(argv)
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('option')])
  expect(stdout).toMatch(/^h1 +QEMU +cancel/m)
})

test.each([
  [['admin@lst']],
  [['web01.lan', 'db01']],
  [['localhost']],
  // known to the ssh configuration
  [['lab7']],
  [['bare']],
  // known to the inventory as a host
  [['lists']],
  // whoever gives an action or a type means the classic call
  [['-a', 'list', 'strat']],
  [['-t', 'qemu', 'strat']],
  [['-T', 'qemu', 'strat']],
])('%j is a classic call', async (argv) => {
  const {code, stdout} = await ctys(['-n', ...argv])
  expect(code).toBe(0)
  expect(stdout).toContain(argv.at(-1))
})
