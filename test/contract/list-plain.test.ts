import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb} from '../../inventory/fdb/ascii.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {ownHost} from '../../src/lib/host-name.js'
import {runBuilt} from './run-built.js'

// dist/list.cjs and the command itself, which oclif calls, must give the same answers; needs a build
let home: string

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-list-'))
  const record = {...emptyRecord(), host: ownHost, type: 'QEMU', label: 'web01', id: '/vm/web01.ctys'}
  const gone = {...emptyRecord(), host: 'gone.invalid', type: 'QEMU', label: 'web02', id: '/vm/web02.ctys'}
  for (const [directory, records] of [
    ['.ctys/db/default', [record]],
    ['other', [record, gone]],
  ] as const) {
    mkdirSync(join(home, directory), {recursive: true})
    writeFileSync(join(home, directory, 'enum.fdb'), formatEnumFdb(records))
  }
  mkdirSync(join(home, 'broken'))
  writeFileSync(join(home, 'broken/enum.fdb'), 'one;two;three\n')
})

afterAll(() => rmSync(home, {recursive: true, force: true}))

/** Of a moment, and of how long that took. */
const times = /"ms": \d+|\b\d+(?:\.\d+)? m?s\b|\b\d{2}:\d{2}:\d{2}\b/g

async function list(...argv: readonly string[]) {
  const words = argv.map((word) => (['other', 'broken'].includes(word) ? join(home, word) : word))
  const {code, stdout, stderr} = await runBuilt(home, ['ctys', 'list', ...words])
  return {code, stdout: stdout.replace(times, ''), stderr: stderr.replace(times, '')}
}

test.each([
  ['every host', [], 0, 'web01'],
  ['this machine', ['localhost'], 0, 'web01'],
  ['what runs', ['--running', 'localhost'], 0, 'no machine runs'],
  ['JSON', ['--json', 'localhost'], 0, '"kind": "list"'],
  ['records', ['-X', 'localhost'], 0, 'web01'],
  ['another inventory, and a host that is none', ['-p', 'other'], 4, 'gone.invalid'],
  ['a broken inventory', ['--inventory', 'broken'], 0, 'enum.fdb:1: has 3 fields'],
  ['a word that is no host', ['-', 'a b', '@nobody'], 2, 'nobody'],
  ['an empty word', [''], 2, ''],
  ['a flag that is none', ['--runing'], 2, 'runing'],
])('both ways answer alike: %s', async (_name, words, code, told) => {
  const small = await list(...words)
  // a word that the small bundle does not know, here the end of the flags, sends the same call through oclif
  const great = await list(...words, '--')
  expect(great).toEqual(small)
  expect(small.code).toBe(code)
  expect(small.stdout + small.stderr).toContain(told)
})

test('the small bundle goes without oclif', () => {
  expect(readFileSync('dist/ctys.cjs', 'utf8')).toContain('@oclif/core')
  expect(readFileSync('dist/list.cjs', 'utf8')).not.toContain('@oclif/core')
})
