import {spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {createCombinedStore} from '../../inventory/combined/combined-store.js'
import {openedOnce} from '../../inventory/combined/opened-once.js'
import {createFileStore} from '../../inventory/fdb/file-store.js'
import {createFilledStore} from '../../inventory/network/filled-store.js'
import {createMacmapStore} from '../../inventory/network/macmap-store.js'
import type {InventoryStore, Snapshot} from '../../src/domain/ports/stores.js'
import {createMemoryInventory} from '../fakes/memory-inventory.js'
import {record, scan} from '../fixtures/inventory/make-records.js'
import {childEnvironment} from '../fixtures/inventory/run-child.js'

/** One version of the inventory for all questions of a command. */

const base = mkdtempSync(join(tmpdir(), 'ctys-snapshot-'))
afterAll(() => rmSync(base, {recursive: true, force: true}))

const never = new AbortController().signal
const web = record({label: 'web01', mac: '00:50:56:13:00:01'})
const db = record({label: 'db01'})
const directory = () => mkdtempSync(join(base, 'd'))
const filled = (at: string) => createFilledStore(createFileStore({directory: at}), createMacmapStore({directory: at}))

async function labels(of: Snapshot): Promise<readonly (readonly string[])[]> {
  const names = (records: readonly {readonly label: string}[]) => records.map(({label}) => label)
  const found = (await of.find(['01'])).records
  const machines = (await of.lookup({label: 'db01'})).map(([one]) => one)
  return [names(await of.all()), names(await of.recorded()), names(found), names(machines), [String(await of.count())]]
}
const before = [['web01'], ['web01'], ['web01'], [], ['1']]
const after = [['web01', 'db01'], ['web01', 'db01'], ['web01', 'db01'], ['db01'], ['2']]

describe.each<[string, () => InventoryStore]>([
  ['in files', () => createFileStore({directory: directory()})],
  [
    'filled from an address map',
    () => {
      const at = directory()
      writeFileSync(join(at, 'macmap.fdb'), 'web01;192.0.2.1;00:50:56:13:00:01\n')
      return filled(at)
    },
  ],
  [
    'of several databases',
    () => {
      const [first, second] = [directory(), directory()]
      return createCombinedStore([
        {directory: first, store: filled(first)},
        {directory: second, store: filled(second)},
      ])
    },
  ],
  ['in memory', () => createMemoryInventory()],
])('an inventory %s', (_, create) => {
  test('that was opened stays as it was, the store itself does not', async () => {
    const store = create()
    const empty = await store.open()
    await store.merge([scan([web])], never)
    const snapshot = await store.open()
    await store.merge([scan([web, db])], never)
    expect(await labels(snapshot)).toEqual(before)
    expect(await labels(store)).toEqual(after)
    expect(await empty.count()).toBe(0)
  })

  test('answers a command from one version, until the command changes it', async () => {
    const store = create()
    await store.merge([scan([web])], never)
    const opened: Snapshot[] = []
    const counted: InventoryStore = {
      ...store,
      open: async () => {
        opened.push(await store.open())
        return opened.at(-1) as Snapshot
      },
    }
    const own = openedOnce(counted)
    expect(opened).toHaveLength(0)
    expect(await labels(own)).toEqual(before)
    await store.merge([scan([web, db])], never)
    expect(await labels(own)).toEqual(before)
    expect(opened).toHaveLength(1)
    await own.merge([], never)
    expect(await labels(own)).toEqual(after)
    expect(opened).toHaveLength(2)
  })
})

test('addresses are looked up in records that were read already, as of that version', async () => {
  const store = createMemoryInventory([web, db])
  const asked: string[] = []
  const own = openedOnce({
    ...store,
    open: async () => {
      const snapshot = await store.open()
      return {
        ...snapshot,
        all: () => {
          asked.push('all')
          return snapshot.all()
        },
        lookup: (address) => {
          asked.push('lookup')
          return snapshot.lookup(address)
        },
      }
    },
  })
  expect(await own.lookup({label: 'web01'})).toHaveLength(1)
  await own.all()
  expect(await own.lookup({label: 'web01'})).toEqual([[web]])
  expect(await own.lookup({label: 'nosuch'})).toEqual([])
  await own.all()
  expect(asked).toEqual(['lookup', 'all'])
  await own.merge([], never)
  await own.lookup({label: 'web01'})
  expect(asked).toEqual(['lookup', 'all', 'lookup'])
})

test('an opening that failed is tried again', async () => {
  const store = createMemoryInventory([web])
  let tries = 0
  const own = openedOnce({
    ...store,
    open: async () => {
      if (tries++ === 0) throw new Error('not now')
      return store.open()
    },
  })
  await expect(own.all()).rejects.toThrow('not now')
  expect(await own.count()).toBe(1)
})

test.each([
  ['why', ['web01']],
  ['why', ['web01', 'host1', '-c', 'mincnt']],
  ['start', ['web01', '-n']],
  ['start', ['web01', 'host1', '-n']],
  ['stop', ['web01', '-n']],
  ['stop', ['web01', 'db01', '-n']],
  ['show', ['web01', '--offline']],
  ['list', ['-n']],
  ['run', ['-a', 'create=l:web01', '-n', 'host1']],
])('ctys %s %j opens the inventory once', async (command, words) => {
  if (spawnSync('strace', ['-V']).status !== 0) {
    expect(process.env.CI, 'strace is there (npm run setup)').not.toBe('true')
    return
  }
  const at = directory()
  const machines = [web, db, {...web, host: 'host2', disks: 'x:1'}].map((one) => ({...one, type: 'QEMU'}))
  await createFileStore({directory: at}).merge(
    [scan(machines.slice(0, 2)), scan(machines.slice(2), {host: 'host2'})],
    never,
  )
  const trace = join(at, 'trace')
  const ctys = [process.execPath, join(process.cwd(), 'bin/ctys.cjs'), command, ...words, '-p', at]
  const argv = ['-f', '-qq', '-e', 'trace=open,openat', '-o', trace, ...ctys]
  const {stdout, stderr} = spawnSync('strace', argv, {encoding: 'utf8', env: {...childEnvironment(), HOME: at}})
  const opens = readFileSync(trace, 'utf8').match(/^.*\/enum\.fdb".*$/gm) ?? []
  expect(opens, `${stdout}${stderr}`).toHaveLength(1)
})
