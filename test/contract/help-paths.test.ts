/** Who has installed ctys has no checkout: what help and hints name is a command, or a file where it really lies. */
import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {runDoor} from './run-door.js'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-help-paths-'))
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const ctys = (argv: readonly string[]) => runDoor(home, ['ctys', ...argv], {env: {COLUMNS: '400'}})

test.each([
  [['find']],
  [['why']],
  [['vhost']],
  [['groups']],
  [['scan']],
  [['show']],
  [['run']],
  [['vdbgen']],
  [['completion']],
  [['inventory', 'convert']],
  [['inventory', 'export']],
])('the help of %j names its document where it lies', async (command) => {
  const {stdout} = await ctys([...command, '--help'])
  const named = stdout.match(/\S*docs\/[a-z-]+\.md/g) ?? []
  expect(named.filter((path) => path.startsWith('/') && existsSync(path))).toEqual(named)
  expect(named).toHaveLength(1)
})

test.each([
  [['find', 'mem>x'], 'ctys find --help'],
  [['vhost', 'macro:none'], 'ctys groups --help'],
  [['why', 'mem>x'], 'ctys find --help'],
  [['vhost', '-o', 'nothing', 'a'], 'ctys vhost --help'],
  [['inventory', 'export', 'nothing'], 'ctys find --help'],
  [['-a', 'nothing', 'h1'], 'ctys run --help'],
])('the hint of %j is a command', async (argv, hint) => {
  const {stderr} = await ctys(argv)
  expect(stderr).toContain(hint)
  expect(stderr).not.toContain('docs/')
})
