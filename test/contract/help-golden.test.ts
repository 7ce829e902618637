/** The command tree and the help of every command as agreed; `UPDATE_GOLDEN=1` writes the texts anew, to be read before they go in. */
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {loadCommands} from '../../src/main.js'
import {runBuilt} from './run-built.js'

const COMMANDS = await loadCommands()

const folder = fileURLToPath(new URL('../golden/help', import.meta.url))
let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-help-golden-'))
  mkdirSync(folder, {recursive: true})
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const commands = Object.keys(COMMANDS).map((id) => id.split(':'))

test.each([[[] as string[]], ...commands.map((words) => [words])])('the help of %j', async (words) => {
  const {code, stdout, stderr} = await runBuilt(home, ['ctys', ...words, '--help'], {env: {OCLIF_COLUMNS: '100'}})
  expect([code, stderr]).toEqual([0, ''])
  const file = join(folder, `${['ctys', ...words].join('-')}.txt`)
  // the version and the platform are not what is agreed
  const text = stdout.replace(/^ {2}ctys\/\S+ .*$/m, '  ctys')
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
})

test('there is no golden help without its command', () => {
  const names = ['ctys', ...commands.map((words) => ['ctys', ...words].join('-'))]
  expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.txt`).sort())
})
