import {lchownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createScanMemory} from '../../../inventory/scan-memory/scan-memory.js'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-memory-'))
})
afterAll(() => rmSync(dir, {recursive: true, force: true}))

const memory = {asked: [], bases: ['/vm'], types: [], clock: 1, digest: 'd', listing: {}, files: {}, scannedAt: ''}

/** Saves through a link in a directory of that mode; the link belongs to that user. */
async function savedThrough(name: string, uid: number): Promise<readonly string[]> {
  const [base, far] = [join(dir, name), join(dir, `${name}.far`)]
  mkdirSync(base)
  mkdirSync(far, {mode: 0o700})
  symlinkSync(far, join(base, 'scan'))
  if (uid !== 0) lchownSync(join(base, 'scan'), uid, uid)
  const store = createScanMemory(join(base, 'scan'))
  await store.save('h1', memory as never)
  expect(await store.load('h1')).toEqual(readdirSync(far).length === 0 ? undefined : expect.anything())
  return readdirSync(far)
}

test('a link of our own is followed', async () => {
  expect(await savedThrough('own', 0)).toHaveLength(1)
})

test.runIf(process.getuid?.() === 0)('a link of somebody else is not', async () => {
  expect(await savedThrough('foreign', 65_534)).toEqual([])
})
