/** Machines that are off are changed on a lab host, as typed; running ones, and images others stand on, are left alone. */
import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, writeFileSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysJson} from './run-ctys.js'

let lab: Lab
const at = (path: string) => lab.hostPath(1, `/home/admin/vm/${path}`)
const sizeOf = (path: string): number =>
  JSON.parse(execFileSync('qemu-img', ['info', '-U', '--output=json', at(path)]).toString())['virtual-size']

beforeAll(async () => {
  lab = await startLab({hosts: 1})
  const made = await ctys(lab, ['new', 'a,b,c', 'h1', '--size', '64M', '--memory', '64M'])
  expect(made, made.stderr).toMatchObject({code: 0})
})
afterAll(() => lab?.down())

describe.sequential('a machine that runs', () => {
  test.each([
    ['remove', ['remove', 'a', '--yes']],
    ['resize', ['resize', 'a', '--size', '1G']],
    ['snapshot', ['snapshot', 'save', 'a', '--name', 's1']],
  ])('is not changed: %s', async (_, words) => {
    const start = await ctys(lab, ['start', 'a', '--reuse'])
    expect(start, start.stderr).toMatchObject({code: 0})
    const change = await ctys(lab, words)
    expect(change.code).toBe(1)
    expect(change.stderr).toMatch(/ALREADY_RUNNING: a is running[\s\S]*next: stop it first: ctys stop/)
    expect(readdirSync(at('a'))).toContain('a.qcow2')
    expect(sizeOf('a/a.qcow2')).toBe(2 ** 26)
  })

  test('is stopped, and can be changed', async () => {
    expect(await ctys(lab, ['stop', 'a', '--force'])).toMatchObject({code: 0})
    const grown = await ctys(lab, ['resize', 'a', '--size', '1G'])
    expect(grown, grown.stderr).toMatchObject({code: 0})
    expect(sizeOf('a/a.qcow2')).toBe(2 ** 30)
    const smaller = await ctys(lab, ['resize', 'a', '--size', '64M'])
    expect(smaller.code).toBe(1)
    expect(smaller.stderr).toContain('ALTER_FAILED')
    expect(sizeOf('a/a.qcow2')).toBe(2 ** 30)
  })
})

test('snapshots are kept, listed, gone back to and deleted', async () => {
  const save = await ctys(lab, ['snapshot', 'save', 'b', '--name', 'before'])
  expect(save, save.stderr).toMatchObject({code: 0})
  expect(save.stdout).toMatch(/h1 b before \d{4}-/)
  expect(await ctys(lab, ['snapshot', 'load', 'b', '--name', 'before'])).toMatchObject({code: 0})
  expect((await ctys(lab, ['snapshot', 'list', 'b'])).stdout).toMatch(/before/)
  const none = await ctys(lab, ['snapshot', 'load', 'b', '--name', 'never'])
  expect(none.code).toBe(1)
  expect(await ctys(lab, ['snapshot', 'delete', 'b', '--name', 'before'])).toMatchObject({code: 0})
  expect((await ctys(lab, ['snapshot', 'list', 'b'])).stdout).toBe('h1 b has no snapshot\n')
})

test('an image that another machine stands on stays', async () => {
  const clone = await ctys(lab, ['new', 'c2', 'h1', '--image', '/home/admin/vm/c/c.qcow2', '--memory', '64M'])
  expect(clone, clone.stderr).toMatchObject({code: 0})
  for (const words of [
    ['remove', 'c', '--yes'],
    ['resize', 'c', '--size', '1G'],
    ['snapshot', 'save', 'c', '--name', 's'],
  ]) {
    const change = await ctys(lab, words)
    expect(change.code).toBe(1)
    expect(change.stderr).toMatch(
      /IN_USE: \/home\/admin\/vm\/c\/c\.qcow2 of c is what \/home\/admin\/vm\/c2\/c2\.qcow2 stands on/,
    )
  }
  expect(await ctys(lab, ['remove', 'c2', '--yes'])).toMatchObject({code: 0})
  expect(await ctys(lab, ['resize', 'c', '--size', '1G'])).toMatchObject({code: 0})
})

test('a removal names the files and asks; what is not the machine’s own stays', async () => {
  const asks = await ctys(lab, ['remove', 'a'])
  expect(asks.code).toBe(2)
  expect(asks.stderr).toMatch(/files are removed for good: .*h1:\/home\/admin\/vm\/a\/a\.qcow2/)
  expect(asks.stderr).toContain('--yes')
  expect(existsSync(at('a/a.ctys'))).toBe(true)
  expect(await ctys(lab, ['remove', 'a', '-n'])).toMatchObject({code: 0})
  expect(existsSync(at('a/a.ctys'))).toBe(true)
  writeFileSync(at('a/notes.txt'), 'mine')
  writeFileSync(at('a/a.x\nnotes'), 'odd')
  const odd = await ctys(lab, ['remove', 'a', '--yes'])
  expect(odd.code).toBe(1)
  expect(readdirSync(at('a'))).toEqual(expect.arrayContaining(['a.ctys', 'a.qcow2', 'a.sh', 'notes.txt']))
  await lab.host(1, ['rm', '/home/admin/vm/a/a.x\nnotes'])
  const removed = await ctys(lab, ['remove', 'a', '--yes'])
  expect(removed, removed.stderr).toMatchObject({code: 0})
  expect(removed.stderr).toContain('/home/admin/vm/a/notes.txt is not its own and stays')
  expect(readdirSync(at('a'))).toEqual(['notes.txt'])
  const bare = await ctysJson(lab, ['remove', 'b', '--yes'])
  expect(bare.exitCode).toBe(0)
  expect(existsSync(at('b'))).toBe(false)
  const {records = []} = await ctysJson(lab, ['find', 'host=h1'])
  expect(records.map(({label}) => label)).toEqual(['c'])
})
