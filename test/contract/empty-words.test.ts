import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {loadCommands} from '../../src/main.js'
import {runBuilt} from './run-built.js'

const COMMANDS = await loadCommands()

// an empty value is a variable without one, never "everything" or the default; needs a build
let home: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-empty-'))
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

test.each<[readonly [string, ...string[]], string]>([
  [['ctys-vdbgen', '--replace', '--cacheDB=', 'h1'], '--cacheDB: names no directory'],
  [['ctys', 'scan', '--cacheDB', '', 'h1'], '--cacheDB: names no directory'],
  [['ctys', 'scan', '-p', ',', 'h1'], '--inventory: names no directory'],
  [['ctys', 'scan', '-t', '', 'h1'], '--type: names no session type'],
  [['ctys', 'scan', '-t', 'QEMU', '-t', ',', 'h1'], '--type: names no session type'],
  [['ctys', 'scan', '--match-state', '%', 'h1'], '--match-state: names no state'],
  [['ctys', 'scan', '--since', '', 'h1'], '--since: names no duration'],
  [['ctys', 'scan', '--base', '', 'h1'], '--base: names no directory'],
  [['ctys', 'find', '-p', '', 'x'], '--inventory: names no directory'],
  [['ctys', 'find', '--inventory=', 'x'], '--inventory: names no directory'],
  [['ctys', 'find', '-o', '', 'x'], '--output: names no field'],
  [['ctys-vhost', '-R', '', 'x'], '--reach: has no value'],
  [['ctys-macmap', '-p', '', 'x'], '--inventory: names no directory'],
  [['ctys', 'list', '-l', '', 'h1'], '--login: names no user'],
  [['ctys', 'inventory', 'export', 'hosts', '-o', ''], '--output: names no file'],
  [['ctys', 'inventory', 'convert', ''], "'' names no file"],
  [['ctys', 'inventory', 'merge', 'a.yaml', ''], "'' names no file"],
  [['ctys', 'extract-mac', ''], "'' names no file"],
  [['ctys', 'start', ''], "'' names no machine"],
  [['ctys', 'why', ''], "'' names no machine"],
])('%j: %s', async (call, fault) => {
  const {code, stdout, stderr} = await runBuilt(home, call)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr.split('\n')[0]).toBe(`ctys: USAGE: ${fault}`)
  expect(existsSync(join(home, '.ctys'))).toBe(false)
})

/** Without the next step. */
const faultOf = (stderr: string) => stderr.replace(/\n {2}next: .*/, '').trim()

test.each(['start', 'why'])('%s u: has one fault', async (command) => {
  const {code, stderr} = await runBuilt(home, ['ctys', command, 'u:'])
  expect([code, faultOf(stderr)]).toEqual([2, 'ctys: USAGE: machine address: u: has no value'])
})

test('an empty CTYS_DBPATH is none, and an empty word finds everything', async () => {
  const {code, stderr} = await runBuilt(home, ['ctys', 'find', '--max-age', '1d', ''], {env: {CTYS_DBPATH: ''}})
  expect([code, stderr]).toEqual([3, expect.stringContaining(join(home, '.ctys/db/default'))])
})

// the help of help is that of ctys
test.each(Object.keys(COMMANDS).filter((id) => id !== 'help'))(
  'the usage of %s has no empty alternative',
  async (id) => {
    const {stdout} = await runBuilt(home, ['ctys', ...id.split(':'), '--help'])
    const usage = stdout.split('USAGE')[1]?.split('\n\n')[0]?.replaceAll(/\s+/g, ' ')
    expect(usage).toContain(`$ ctys ${id.replace(':', ' ')}`)
    expect(usage).not.toMatch(/[[|] *[|\]]/)
  },
)

test('ctys-vdbgen --help shows the flags the original has', async () => {
  const {stdout} = await runBuilt(home, ['ctys-vdbgen', '--help'])
  for (const flag of ['--cacheDB=', '--threads=', '--progress ', '--progressall', '-T, --types', '--scan-all-states'])
    expect(stdout).toContain(flag)
})
