/** The help that the entry prints by itself is what oclif shows of it. Needs a build. */
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {loadCommands} from '../../src/main.js'
import {runBuilt} from './run-built.js'

const commands = Object.keys(await loadCommands()).map((id) => id.split(':'))
const topics = [...new Set(commands.flatMap(([topic = '', second]) => (second === undefined ? [] : [topic])))].map(
  (topic) => [topic],
)
let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-help-texts-'))
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const help = (...argv: string[]) => runBuilt(home, ['ctys', ...argv])
const byOclif = (...argv: string[]) => runBuilt(home, ['ctys', ...argv], {env: {OCLIF_COLUMNS: '80'}})

test('there is a text for ctys and each command', () => {
  const names = [[], ...topics, ...commands].map((words) => `${['ctys', ...words].join('.')}.txt`)
  expect(readdirSync('dist/help').sort()).toEqual(names.sort())
})

test.each([
  [['--help'], ['--help']],
  [['-h'], ['--help']],
  [[], ['--help']],
  [['help'], ['--help']],
  [
    ['list', '--help'],
    ['list', '--help'],
  ],
  [
    ['help', 'inventory', 'check'],
    ['inventory', 'check', '--help'],
  ],
  [
    ['stop', '-H'],
    ['stop', '--help'],
  ],
  [
    ['inventory', '--help'],
    ['inventory', '--help'],
  ],
])('ctys %j is that of %j', async (argv, asked) => {
  const [told, shown] = await Promise.all([help(...argv), byOclif(...asked)])
  expect(told).toEqual(shown)
  expect(told).toMatchObject({code: 0, stderr: ''})
  expect(told.stdout.length).toBeGreaterThan(100)
})

test('what is no command has no text of one', async () => {
  expect((await help('inventory-check', '--help')).stdout).not.toContain('$ ctys inventory check')
  expect((await help('help', 'create')).stdout).toContain('CREATE')
})
