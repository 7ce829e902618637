import {afterAll, describe, expect, test} from 'vitest'
import {createFileStore} from '../../inventory/fdb/file-store.js'
import type {InventoryStore} from '../../src/domain/ports/ports.js'
import {createMemoryInventory} from '../fakes/memory-inventory.js'
import {record, scan} from '../fixtures/inventory/make-records.js'
import {temporaryDirectory} from '../fixtures/inventory/run-child.js'

const directories: {remove(): Promise<void>}[] = []
afterAll(async () => {
  for (const directory of directories) await directory.remove()
})

async function emptyFileStore(): Promise<InventoryStore> {
  const directory = await temporaryDirectory()
  directories.push(directory)
  return createFileStore({directory: `${directory.path}/made/when/needed`})
}

const never = new AbortController().signal
const web = record({label: 'web01', uuid: '6513270e269e4d37b2a74de452e6b438', userString: 'semi;colon\nand %41 größe'})
const webNet = {...web, mac: '00:50:56:13:00:02'}
const db = record({label: 'db01', userString: 'behind web01'})
const mail = record({host: 'h2', label: 'mail01'})

describe.each<[string, () => Promise<InventoryStore>]>([
  ['in files', emptyFileStore],
  ['in memory', async () => createMemoryInventory()],
])('an inventory %s', (_, create) => {
  test('begins empty', async () => {
    const store = await create()
    expect(await store.all()).toEqual([])
    expect(await store.rejects()).toEqual([])
    expect(await store.find(['web01'])).toEqual({records: [], rejects: []})
    expect(store.location).not.toBe('')
  })

  test('gives back what was merged, in order, and says what that changed', async () => {
    const store = await create()
    const changes = await store.merge([scan([web, webNet, db]), scan([mail], {host: 'h2'})], never)
    expect(changes).toEqual([web, db, mail].map((added) => ({what: 'added', record: added})))
    expect(await store.all()).toEqual([web, webNet, db, mail])
  })

  test('drops only what was searched for and not found', async () => {
    const store = await create()
    await store.merge([scan([web, webNet, db]), scan([mail], {host: 'h2'})], never)
    const bigger = {...db, vram: '512'}
    expect(await store.merge([scan([bigger])], never)).toEqual([
      {what: 'gone', record: web},
      {what: 'changed', record: bigger},
    ])
    expect(await store.all()).toEqual([bigger, mail])
    expect(await store.merge([scan([], {host: 'h2', searched: []})], never)).toEqual([])
    expect(await store.merge([], never)).toEqual([])
    expect(await store.all()).toEqual([bigger, mail])
  })

  test('counts its records, and has at least those that hold a text', async () => {
    const store = await create()
    expect(await store.count()).toBe(0)
    await store.merge([scan([web, webNet, db]), scan([mail], {host: 'h2'})], never)
    expect(await store.count()).toBe(4)
    const held = await store.holding(['WEB01', 'nothing'])
    for (const one of [web, webNet, db]) expect(held).toContainEqual(one)
    expect(await store.holding([''])).toEqual(await store.all())
  })

  test('finds records by words, whole labels first', async () => {
    const store = await create()
    await store.merge([scan([db, web, webNet]), scan([mail], {host: 'h2'})], never)
    expect((await store.find(['WEB01'])).records).toEqual([web, webNet, db])
    expect((await store.find(['6513270e-269e', 'größe'])).records).toEqual([web, webNet])
    expect((await store.find(['semi;colon'])).records).toEqual([web, webNet])
    expect((await store.find(['h2'])).records).toEqual([mail])
    expect((await store.find(['web01', 'h2'])).records).toEqual([])
    expect((await store.find([])).records).toHaveLength(4)
  })

  test('changes nothing when the signal has fired', async () => {
    const store = await create()
    await store.merge([scan([web])], never)
    const merging = store.merge([scan([db])], AbortSignal.abort())
    await expect(merging).rejects.toMatchObject({code: 'INTERRUPTED'})
    expect(await store.all()).toEqual([web])
  })

  test('takes merges at the same time one after the other', async () => {
    const store = await create()
    const hosts = ['h1', 'h2', 'h3', 'h4', 'h5']
    await Promise.all(hosts.map((host) => store.merge([scan([record({host})], {host})], never)))
    expect((await store.all()).map(({host}) => host).sort()).toEqual(hosts)
  })
})
