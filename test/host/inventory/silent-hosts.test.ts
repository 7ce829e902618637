import {mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {createSilentHosts} from '../../../inventory/silent-hosts/silent-hosts.js'

let dir: string
const place = () => join(dir, 'cache/silent')
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-silent-'))
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

const h1 = {host: 'h1'}
const file = () => join(place(), readdirSync(place())[0] ?? '')

test('a host is silent from when that was noted until it answers, or for ten minutes', async () => {
  const hosts = createSilentHosts(place)
  expect(await hosts.isSilent(h1)).toBe(false)
  await hosts.note(h1, false)
  expect(await createSilentHosts(place).isSilent(h1)).toBe(true)
  expect(await hosts.isSilent({host: 'h1', port: 2222})).toBe(false)
  expect([statSync(place()).mode & 0o777, statSync(file()).mode & 0o777]).toEqual([0o700, 0o600])
  await hosts.note(h1, true)
  expect(await hosts.isSilent(h1)).toBe(false)
  await hosts.note(h1, false)
  const old = new Date(Date.now() - 11 * 60_000)
  utimesSync(file(), old, old)
  expect(await hosts.isSilent(h1)).toBe(false)
  await hosts.note(h1, false)
  expect(await hosts.isSilent(h1)).toBe(true)
})

test('a date in the future is no memory', async () => {
  const hosts = createSilentHosts(place)
  await hosts.note(h1, false)
  const future = new Date(Date.now() + 60_000)
  utimesSync(file(), future, future)
  expect(await hosts.isSilent(h1)).toBe(false)
})

test('what cannot be written is no fault', async () => {
  writeFileSync(join(dir, 'cache'), '')
  const hosts = createSilentHosts(place)
  await hosts.note(h1, false)
  await hosts.note(h1, true)
  expect(await hosts.isSilent(h1)).toBe(false)
  const homeless = createSilentHosts(() => {
    throw new Error('no home')
  })
  await homeless.note(h1, false)
  expect(await homeless.isSilent(h1)).toBe(false)
})
