import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {runBuilt} from './run-built.js'

let home: string
const at = (name: string) => join(home, name)

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-odd-'))
})
afterEach(() => rmSync(home, {recursive: true, force: true}))

const ask = (words: readonly string[], env: NodeJS.ProcessEnv = {}) => runBuilt(home, ['ctys', ...words], {env})

/** Puts something into the home that blocks whoever opens it without care, or never ends. */
const odd: readonly (readonly [string, (path: string) => void])[] = [
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
  ['a link that leads nowhere', (path) => symlinkSync('/nowhere/at/all', path)],
]

// runDoor ends what takes 20 s: then the code is no number
describe.each(odd)('%s', (_, make) => {
  test.each([
    ['enum.fdb', ['find', 'web01']],
    ['enum.fdb', ['show', 'web01']],
    ['enum.fdb', ['inventory', 'check']],
    ['enum.fdb', ['inventory', 'convert']],
    ['macmap.fdb', ['find', 'web01']],
    ['macmap.fdb', ['macmap', 'web01']],
  ])('in the place of %s is an error of %j at once', async (name, words) => {
    const directory = at('.ctys/db/default')
    mkdirSync(directory, {recursive: true})
    make(join(directory, name))
    const {code, stderr} = await ask(words)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/INVENTORY_IO: .*: it is /)])
  })
})

describe.each(odd.slice(0, 2))('%s', (_, make) => {
  test('in the place of a group or a macro is an error at once', async () => {
    make(at('all'))
    const group = await ask(['list', '@all'], {CTYS_GROUPS_PATH: home})
    expect([group.code, group.stderr]).toEqual([2, expect.stringContaining('no regular file')])
    const macro = await ask(['find', '-o', 'macro:a%all', 'web01'], {CTYS_MACRO_PATH: home})
    expect([macro.code, macro.stderr]).toEqual([2, expect.stringContaining('no regular file')])
  })
})

describe('a home or an inventory', () => {
  test.each([['/proc/x'], ['/proc'], ['/dev/null']])('in %s is read and written with an answer', async (place) => {
    expect((await ask(['find', '-p', place, 'web01'])).code).toBeGreaterThan(1)
    const source = ['extract-mac', 'test/fixtures/network/dhcpd.conf']
    const stored = await ask([...source, '-p', place])
    expect([stored.code, stored.stderr]).toEqual([2, expect.stringContaining('INVENTORY_IO')])
    const atHome = await ask([...source, '-P'], {HOME: place})
    expect([atHome.code, atHome.stderr]).toEqual([2, expect.stringContaining('INVENTORY_IO')])
  })

  test('is that of the account where HOME is empty', async () => {
    const {stdout, stderr} = await ask(['groups', '--json'], {HOME: ''})
    expect(stdout + stderr).toContain(`${userInfo().homedir}/.ctys/groups`)
  })
})
