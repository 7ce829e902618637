import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {type Verb, verbs} from '../../src/domain/work/verbs.js'
import {registry} from '../../src/drivers/registry.js'

const folder = fileURLToPath(new URL('../../src/drivers', import.meta.url))
// a type's folder says so by its index.ts; the others are what belongs to hosts, and readers of files
const folders = readdirSync(folder, {withFileTypes: true})
  .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.ts')))
  .map(({name}) => name)
const {drivers, host} = registry

test('every folder of src/drivers is one registered type, and there is no other', () => {
  expect(folders.length).toBeGreaterThan(0)
  expect([...drivers.keys()].sort()).toEqual(folders.map((name) => name.toUpperCase()).sort())
})

test.each([...drivers])('%s is registered under its own name and knows only verbs that exist', (name, driver) => {
  expect(driver.type).toBe(name)
  expect(Object.keys(verbs)).toEqual(expect.arrayContaining(Object.keys(driver.verbs)))
})

test('every verb is known to the hosts or to a session type', () => {
  const known = [host, ...[...drivers.values()].map((driver) => driver.verbs)]
  for (const verb of Object.keys(verbs) as Verb[]) expect(known.some((handlers) => handlers[verb])).toBe(true)
})
