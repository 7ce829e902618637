/** Who has installed ctys has no checkout: what help and hints name is a command, or a file where it really lies. */
import {spawnSync} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {topics} from '../../src/cli/manual/topics.js'
import {loadCommands} from '../../src/main.js'
import {runBuilt} from './run-built.js'

const COMMANDS = await loadCommands()

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-help-paths-'))
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const ctys = (argv: readonly string[]) => runBuilt(home, ['ctys', ...argv], {env: {COLUMNS: '400'}})

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
])('the help of %j names its topic, which there is', async (command) => {
  const stdout = (await ctys([...command, '--help'])).stdout.replace(/\s+/g, ' ')
  const [, topic = ''] = /ctys help ([a-z-]+)/.exec(stdout) ?? []
  expect(stdout).not.toContain('docs/')
  expect(Object.keys(topics)).toContain(topic)
})

test.each(Object.keys(topics))('ctys help %s fits the terminal and names no file of the package', async (topic) => {
  const {code, stdout} = await runBuilt(home, ['ctys', 'help', topic])
  expect(code).toBe(0)
  expect(stdout).not.toMatch(/\.md\b|\]\(/)
  expect(stdout.length).toBeGreaterThan(500)
})

test('help of a command is its --help, of what is nothing an error with the topics', async () => {
  expect((await ctys(['help', 'stop'])).stdout).toBe((await ctys(['stop', '--help'])).stdout)
  expect((await ctys(['help'])).stdout).toBe((await ctys(['--help'])).stdout)
  const {code, stderr} = await ctys(['help', 'qurey'])
  expect([code, stderr]).toEqual([2, expect.stringContaining("no topic 'qurey' (query?)")])
})

test('every command and topic has a page that man(1) takes, and the package names them all', () => {
  const pages = readdirSync('dist/man').sort()
  const {man} = JSON.parse(readFileSync('package.json', 'utf8')) as {man: readonly string[]}
  expect(man).toEqual(pages.map((page) => `dist/man/${page}`))
  const commands = Object.keys(COMMANDS).map((id) => `ctys-${id.replaceAll(':', '-')}.1`)
  expect(pages).toEqual([...commands, ...Object.keys(topics).map((topic) => `ctys-${topic}.7`), 'ctys.1'].sort())
  for (const page of pages) {
    const {status, stderr} = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-Wbreak', join('dist/man', page)], {
      encoding: 'utf8',
    })
    // where there is no groff nothing is said of it
    if (status !== null) expect([page, status, stderr]).toEqual([page, 0, ''])
  }
})

test.each([
  [['find', 'mem>x'], 'ctys find --help'],
  [['vhost', 'macro:none'], 'ctys groups --help'],
  [['why', 'mem>x'], 'ctys find --help'],
  [['vhost', '-o', 'nothing', 'a'], 'ctys vhost --help'],
  [['inventory', 'export', 'nothing'], 'ctys find --help'],
  [['-a', 'nothing', 'h1'], 'ctys help classic'],
])('the hint of %j is a command', async (argv, hint) => {
  const {stderr} = await ctys(argv)
  expect(stderr).toContain(hint)
  expect(stderr).not.toContain('docs/')
})
