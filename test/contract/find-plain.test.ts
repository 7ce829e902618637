import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {runBuilt} from './run-built.js'

// the small door (dist/find.cjs) and the great one (oclif) must give the same answers; needs a build
let home: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-doors-'))
  const records = ['web01', 'web02', 'evil\u001b[2J'].map((label, index) => ({
    ...emptyRecord(),
    host: 'h1',
    type: 'QEMU',
    label,
    id: `/vm/${index}.ctys`,
  }))
  const text = formatEnumFdb(records)
  for (const directory of ['.ctys/db/default', 'other']) {
    mkdirSync(join(home, directory), {recursive: true})
    writeFileSync(join(home, directory, 'enum.fdb'), text)
  }
  mkdirSync(join(home, 'broken'))
  writeFileSync(join(home, 'broken/enum.fdb'), 'one;two;three\n')
})

afterAll(() => rmSync(home, {recursive: true, force: true}))

const ctys = (argv: readonly string[], env?: NodeJS.ProcessEnv) => runBuilt(home, ['ctys', ...argv], {env})

test.each([
  ['a label', ['web01'], 0],
  ['everything', [], 0],
  ['nothing', ['nobody'], 3],
  ['two words', ['web', 'h1'], 0],
  ['JSON', ['--json', 'web01'], 0],
  ['records', ['-X', 'web01'], 0],
  ['another inventory', ['-p', 'other', 'web02'], 0],
  ['a broken inventory', ['--inventory', 'broken', 'web02'], 3],
])('both doors answer alike: %s', async (_name, words, code) => {
  const argv = words.map((word) => (word === 'other' || word === 'broken' ? join(home, word) : word))
  const small = await ctys(['find', ...argv])
  // a word the small door does not know, here the end of the flags, sends the same call through oclif
  const great = await ctys(['find', ...argv, '--'])
  expect(great).toEqual(small)
  expect(small.code).toBe(code)
})

test('the environment names the inventory for both doors', async () => {
  const small = await ctys(['find', 'web02'], {CTYS_DBPATH: join(home, 'other'), HOME: '/dev/null'})
  expect(small.code).toBe(0)
})

test('hostile labels reach the terminal escaped', async () => {
  const {stdout} = await ctys(['find', 'evil'])
  expect(stdout).toContain('evil\\x1b[2J')
  expect(stdout).not.toContain('\u001b')
})

test('the version is answered in every spelling', async () => {
  for (const argv of [['--version'], ['-V'], ['-v']])
    expect((await ctys(argv)).stdout).toMatch(/^ctys \d+\.\d+\.\d+\n$/)
  expect((await ctys(['-V', '-X'])).stdout).toMatch(/^\d+\.\d+\.\d+$/)
})
