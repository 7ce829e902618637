import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb} from '../../../inventory/fdb/ascii.js'
import {composeInventory, namedDirectories} from '../../../src/compose/inventory.js'
import type {InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import {record, scan} from '../../fixtures/inventory/make-records.js'

let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'ctys-combined-'))
})
afterAll(() => rm(base, {recursive: true, force: true}))

let count = 0
async function database(records: readonly InventoryRecord[], more = ''): Promise<string> {
  const directory = join(base, `db:${count++}`)
  await mkdir(directory)
  await writeFile(join(directory, 'enum.fdb'), Buffer.concat([formatEnumFdb(records), Buffer.from(more)]))
  return directory
}

const never = new AbortController().signal
const web = record({vram: '512', mac: '00:50:56:13:00:01'})
const webNet = {...web, mac: '00:50:56:13:00:02'}
const otherWeb = record({host: 'H1', vram: '9999', mac: '00:50:56:13:00:99', tcp: '10.9.9.9'})
const db = record({label: 'db01'})
const exact = record({host: 'h2', label: 'web'})

test('a machine in two databases is taken from the first, with all its interfaces', async () => {
  const store = composeInventory(`${await database([web, webNet])},${await database([otherWeb, db])}`)
  expect(await store.all()).toEqual([web, webNet, db])
  expect((await store.find(['web01'])).records).toEqual([web, webNet])
  expect(await store.lookup({label: 'web01'})).toEqual([[web, webNet]])
  expect(await store.lookup({label: 'db01'})).toEqual([[db]])
})

test('what only the hidden record says is not found', async () => {
  const store = composeInventory(`${await database([web])},${await database([otherWeb])}`)
  expect((await store.find(['9999'])).records).toEqual([])
  expect(await store.lookup({mac: '00:50:56:13:00:99'})).toEqual([])
  expect(await store.lookup({tcp: '10.9.9.9'})).toEqual([])
})

test('three databases: each hides from all behind it', async () => {
  const [one, two, three] = [await database([web]), await database([db]), await database([otherWeb, db, exact])]
  expect(await composeInventory(`${one},${two},${three}`).all()).toEqual([web, db, exact])
  expect(await composeInventory(`${three},${two},${one}`).all()).toEqual([otherWeb, db, exact])
})

test('counting and holding hide as everything else does', async () => {
  const store = composeInventory(`${await database([web])},${await database([otherWeb, db])}`)
  expect(await store.count()).toBe(2)
  expect(await store.holding(['9999', 'db01'])).toEqual([db])
})

test('a whole label comes first, of whichever database', async () => {
  const store = composeInventory(`${await database([web])},${await database([exact])}`)
  expect((await store.find(['web'])).records).toEqual([exact, web])
})

test('a scan is merged into the first; the others stay', async () => {
  const [one, two] = [await database([]), await database([db])]
  await composeInventory(`${one},${two}`).merge([scan([web])], never)
  expect(await composeInventory(one).all()).toEqual([web])
  expect(await composeInventory(two).all()).toEqual([db])
})

test('broken lines say of which file they are', async () => {
  const [one, two] = [await database([web], 'web01;x\n'), await database([], 'web01;y;z\n')]
  const expected = [
    {file: join(one, 'enum.fdb'), line: 2},
    {file: join(two, 'enum.fdb'), line: 1},
  ]
  const store = composeInventory(`${one},${two}`)
  expect(await store.rejects()).toMatchObject(expected)
  expect((await store.find(['web01'])).rejects).toMatchObject(expected)
  expect(store.location).toBe(`${join(one, 'enum.fdb')}, ${join(two, 'enum.fdb')}`)
})

test('a directory that is not there is said and hides nothing', async () => {
  const one = await database([web])
  const missing = join(base, 'missing')
  const store = composeInventory(`${missing},${one}`)
  const said = {file: missing, line: 0, reason: 'there is no such directory'}
  expect(await store.find(['web01'])).toEqual({records: [web], rejects: [said]})
  expect(await store.rejects()).toEqual([said])
  expect(await composeInventory(missing).find([])).toEqual({records: [], rejects: [said]})
})

test('a database that cannot be read is an error, not an empty one', async () => {
  const broken = join(base, 'broken')
  await mkdir(join(broken, 'enum.fdb'), {recursive: true})
  const store = composeInventory(`${await database([web])},${broken}`)
  await expect(store.all()).rejects.toMatchObject({code: 'INVENTORY_IO'})
  await expect(store.find(['web01'])).rejects.toMatchObject({code: 'INVENTORY_IO'})
})

test.each([
  [undefined, []],
  ['', []],
  [',', []],
  ['a', ['a']],
  ['/a:b,/c', ['/a:b', '/c']],
  ['a,,b,a', ['a', 'b']],
])('directories of %j', (text, directories) => {
  expect(namedDirectories(text)).toEqual(directories)
})
