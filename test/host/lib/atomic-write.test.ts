import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {createFileStore} from '../../../inventory/fdb/file-store.js'
import {atomicWrite} from '../../../src/lib/atomic-write.js'
import {record, scan} from '../../fixtures/inventory/make-records.js'

const isRoot = process.getuid?.() === 0
const never = new AbortController().signal
const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8)

let directory: string
let file: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ctys-atomic-'))
  file = join(directory, 'enum.fdb')
})
afterEach(() => rmSync(directory, {recursive: true, force: true}))

describe('permissions', () => {
  test('a new file is for its owner only', async () => {
    await atomicWrite(file, Buffer.from('new'))
    expect(modeOf(file)).toBe('600')
  })

  test.each(['640', '644', '660', '400'])('a file with %s keeps them', async (octal) => {
    writeFileSync(file, 'old')
    chmodSync(file, Number.parseInt(octal, 8))
    await atomicWrite(file, Buffer.from('new'), {mode: 0o666})
    expect([modeOf(file), readFileSync(file, 'utf8')]).toEqual([octal, 'new'])
  })

  test.runIf(isRoot)('root gives the new file to the owner and the group of the old one', async () => {
    writeFileSync(file, 'old', {mode: 0o640})
    chownSync(file, 12_345, 23_456)
    await atomicWrite(file, Buffer.from('new'))
    expect([statSync(file).uid, statSync(file).gid, modeOf(file)]).toEqual([12_345, 23_456, '640'])
  })

  test.runIf(isRoot)('what a group may that cannot be given is not for another group', async () => {
    writeFileSync(file, 'old')
    chmodSync(file, 0o664)
    chownSync(file, 65_534, 23_456)
    chownSync(directory, 65_534, 65_534)
    await as(65_534, () => atomicWrite(file, Buffer.from('new')))
    expect([statSync(file).gid, modeOf(file)]).toEqual([65_534, '604'])
  })
})

async function as(id: number, work: () => Promise<void>): Promise<void> {
  const groups = process.getgroups?.() ?? []
  process.setgroups?.([])
  process.setegid?.(id)
  process.seteuid?.(id)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
    process.setgroups?.(groups)
  }
}

describe('a symbolic link', () => {
  test('stays, and lock, backup and temporary files are beside the file it stands for', async () => {
    const shared = join(directory, 'shared')
    const own = join(directory, 'own')
    for (const path of [shared, own]) mkdirSync(path)
    await createFileStore({directory: shared}).merge([scan([record()])], never)
    chmodSync(join(shared, 'enum.fdb'), 0o640)
    writeFileSync(join(shared, 'enum.fdb.tmp-1-abc'), 'of a killed writer')
    symlinkSync('../shared/enum.fdb', join(own, 'enum.fdb'))
    await createFileStore({directory: own}).merge([scan([record({vram: '1'})])], never)
    expect(lstatSync(join(own, 'enum.fdb')).isSymbolicLink()).toBe(true)
    expect(modeOf(join(shared, 'enum.fdb'))).toBe('640')
    expect(await createFileStore({directory: shared}).all()).toEqual([record({vram: '1'})])
    expect(readdirSync(own)).toEqual(['enum.fdb'])
    expect(readdirSync(shared).sort()).toEqual(['enum.fdb', 'enum.fdb.bak', 'enum.fdb.lock'])
  })

  test('that leads nowhere is an error and stays: what it stands for may only be away', async () => {
    symlinkSync('/nowhere/enum.fdb', file)
    await expect(atomicWrite(file, Buffer.from('new'))).rejects.toMatchObject({code: 'ENOENT'})
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
  })

  test.runIf(isRoot)('of another user is not followed', async () => {
    const secret = join(directory, 'secret')
    writeFileSync(secret, 'old')
    symlinkSync(secret, file)
    lchownSync(file, 65_534, 65_534)
    await expect(atomicWrite(file, Buffer.from('new'))).rejects.toThrow('symbolic link of another user')
    expect(readFileSync(secret, 'utf8')).toBe('old')
  })
})

test('what is no regular file is not replaced by one', async () => {
  symlinkSync('/dev/null', file)
  await expect(atomicWrite(file, Buffer.from('new'))).rejects.toThrow('/dev/null is no regular file')
})
