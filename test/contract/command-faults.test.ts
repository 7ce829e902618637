import {spawnSync} from 'node:child_process'
import {closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {runBuilt} from './run-built.js'

// what goes wrong around a command, through the built program; needs a build
let home: string
const broken = 'one;two;three\n'

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-faults-'))
  const records = ['web01', 'db01'].map((label) => ({...emptyRecord(), host: 'h1', type: 'QEMU', label, id: label}))
  mkdirSync(join(home, '.ctys/db/default'), {recursive: true})
  writeFileSync(join(home, '.ctys/db/default/enum.fdb'), formatEnumFdb(records) + broken)
})
afterAll(() => rmSync(home, {recursive: true, force: true}))

const ctys = (...argv: string[]) => runBuilt(home, ['ctys', ...argv])

describe('a full standard output', () => {
  /** With /dev/full as stdout or stderr, full(4). */
  function full(stream: 1 | 2, argv: readonly string[]) {
    const device = openSync('/dev/full', 'w')
    try {
      const {status, stderr} = spawnSync(process.execPath, ['bin/ctys.cjs', ...argv], {
        env: {PATH: process.env.PATH, HOME: home, NODE_ENV: 'production'},
        stdio: ['ignore', stream === 1 ? device : 'ignore', stream === 2 ? device : 'pipe'],
        encoding: 'utf8',
        timeout: 20_000,
      })
      return {status, stderr}
    } finally {
      closeSync(device)
    }
  }

  test.each([
    [['find', 'web01']],
    [['find', 'web01', '--']],
    [['list', 'localhost', '--dry-run']],
    [['list', 'localhost', '--json', '--transport', 'local']],
    [['inventory', 'export', 'csv', 'web01']],
    [['list', '--help']],
    [['completion', 'bash']],
    [['--version']],
  ])('%j says so in one line and ends with 1', (argv) => {
    const {status, stderr} = full(1, argv)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^ctys: OUTPUT_IO: cannot write the answer: .*no space left on device.*\n/m)
    expect(stderr).not.toMatch(/^ +at |Node\.js|node:/m)
  })

  test('another status stays', () => {
    expect(full(1, ['list', '--json', 'a b'])).toMatchObject({status: 2, stderr: expect.stringContaining('OUTPUT_IO')})
  })

  test('a full standard error changes no status', () => {
    expect(full(2, ['find', 'nosuch']).status).toBe(3)
    expect(full(2, ['find']).status).toBe(0)
  })
})

describe('an ssh configuration that cannot be read', () => {
  test.each([
    ['h1', '--ssh-config'],
    ['localhost', '--ssh-config'],
    ['localhost', 'CTYS_SSH_CONFIG'],
  ])('list %s with %s is refused before anything is tried', async (host, by) => {
    const file = join(home, 'nope')
    const answer =
      by === 'CTYS_SSH_CONFIG'
        ? await runBuilt(home, ['ctys', 'list', host], {env: {CTYS_SSH_CONFIG: file}})
        : await ctys('list', host, by, file)
    expect(answer).toMatchObject({code: 2, stdout: ''})
    expect(answer.stderr).toMatch(/^ctys: SSH_CONFIG: cannot read \/.*nope: there is no such file\n {2}next: .*\n$/)
  })

  test('a directory is no configuration, none and /dev/null are', async () => {
    expect((await ctys('list', 'localhost', '--ssh-config', home)).stderr).toContain('it is a directory')
    for (const file of ['none', '/dev/null']) {
      expect(await ctys('list', 'h1', '--dry-run', '--ssh-config', file)).toMatchObject({code: 0})
    }
  })
})

describe('a word of 100000 characters', () => {
  const long = 'a'.repeat(100_000)
  test.each([[['find']], [['find', '--']], [['vhost']], [['find', '-o', 'label']], [['find', '--max-age', '1d']]])(
    '%j refuses it with its length',
    async (argv) => {
      const {code, stdout, stderr} = await ctys(...argv, long)
      expect({code, stdout}).toEqual({code: 2, stdout: ''})
      expect(stderr).toMatch(/^ctys: USAGE: 'a{80}\.\.\. \(100000 characters\)' is too long: at most 1000/)
    },
  )

  test.each([['why'], ['show'], ['start'], ['stop'], ['list'], ['scan'], ['groups'], ['macmap']])(
    '%s does not echo it',
    async (command) => {
      const {code, stdout, stderr} = await ctys(command, long)
      expect([2, 3]).toContain(code)
      expect(stderr).toMatch(/a{60,80}\.\.\. \(10000\d characters\)/)
      expect(stderr.length + stdout.length).toBeLessThan(2000)
    },
  )
})

describe('lines of the inventory that cannot be read', () => {
  test.each([[['nosuch']], [['nosuch', '--']], [[]], [['label=db01']]])('find %j tells them', async (words) => {
    expect((await ctys('find', ...words)).stderr).toContain('enum.fdb:3: has 3 fields')
  })

  test('a plain find that finds something tells those that could hold the answer', async () => {
    expect((await ctys('find', 'db01')).stderr).toBe('')
  })
})

describe('help and version in the classic spelling', () => {
  test.each([
    ['ctys', ['find', '-h'], '$ ctys find'],
    ['ctys', ['find', 'web01', '-h'], '$ ctys find'],
    ['ctys', ['list', '-h'], '$ ctys list'],
    ['ctys', ['inventory', 'check', '-h'], '$ ctys inventory check'],
    ['ctys-vhost', ['-h'], '$ ctys vhost'],
    ['ctys-vhost', ['-H'], '$ ctys vhost'],
    ['ctys-macmap', ['-h'], '$ ctys macmap'],
    ['ctys-vdbgen', ['-h'], '$ ctys vdbgen'],
  ] as const)('%s %j shows its help', async (program, argv, usage) => {
    expect(await runBuilt(home, [program, ...argv])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(usage),
      stderr: '',
    })
  })

  test.each(['ctys-vhost', 'ctys-macmap', 'ctys-vdbgen', 'ctys-extractMAClst', 'ctys-extractARPlst'])(
    '%s tells its version',
    async (program) => {
      const version = await ctys('--version')
      for (const word of ['-V', '--version']) expect(await runBuilt(home, [program, word])).toEqual(version)
    },
  )

  test('behind -- it is a word', async () => {
    expect((await ctys('find', '--', '-h')).stderr).toContain('fits')
  })
})
