import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {drivers} from '../../src/drivers/registry.js'

const folder = fileURLToPath(new URL('../../src/drivers', import.meta.url))
// a type's folder says so by its index.ts; the others are what belongs to hosts, and readers of files
const folders = readdirSync(folder, {withFileTypes: true})
  .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.ts')))
  .map(({name}) => name)
const kinds = ['probe', 'enumerate', 'create', 'list', 'cancel', 'neighbours']

test('every folder of src/drivers is one registered type, and there is no other', () => {
  expect(folders.length).toBeGreaterThan(0)
  expect([...drivers.keys()].sort()).toEqual(folders.map((name) => name.toUpperCase()).sort())
})

test.each([...drivers])('%s is registered under its own name and knows only actions that exist', (name, driver) => {
  expect(driver.type).toBe(name)
  expect(kinds).toEqual(expect.arrayContaining(Object.keys(driver.actions)))
})

test.each([...drivers])('%s can probe a host, and each of its actions can be run', (_name, driver) => {
  expect(Object.keys(driver.actions)).toContain('probe')
  for (const handler of Object.values(driver.actions)) expect(handler.run).toBeInstanceOf(Function)
})
