import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {calledBy, hostNameOf, ownHost, recordedHost} from '../../../src/lib/host-name.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

test.each([
  [{host: 'H1'}, 'h1'],
  [{host: 'h1', port: 22}, 'h1'],
  [{host: 'h1', port: 2222}, 'h1:2222'],
  [{host: 'fe80::1', port: 2222}, '[fe80::1]:2222'],
  [{host: 'localhost'}, ownHost],
  [{host: 'localhost', user: 'root', port: 2222}, `${ownHost}:2222`],
])('what is typed as %j is called %s', (target, name) => {
  expect(hostNameOf(target)).toBe(name)
})

test.each([
  ['H1', 'h1'],
  ['h1:22', 'h1'],
  ['[fe80::1]:22', 'fe80::1'],
  ['h1:2222', 'h1:2222'],
  ['LOCALHOST', ownHost],
  ['localhost:22', ownHost],
  ['fe80::22', 'fe80::22'],
])('what a record calls %s is called %s', (written, name) => {
  expect(recordedHost(written)).toBe(name)
})

test('a host has one name, however it came here', () => {
  expect(recordedHost('Localhost')).toBe(hostNameOf({host: 'localhost'}))
  expect(recordedHost('h1:22')).toBe(hostNameOf({host: 'H1', port: 22}))
  expect(recordedHost(hostNameOf({host: 'fe80::1', port: 2222}))).toBe('[fe80::1]:2222')
  expect([calledBy({host: 'localhost'}), calledBy({host: 'H1'})]).toEqual(['', 'h1'])
})

test('nobody else makes such a name', () => {
  const files = ['src', 'commands', 'inventory', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
  const making = files.filter((file) => /\bas (?:unknown as )?HostName\b/.test(readFileSync(join(root, file), 'utf8')))
  expect(making.filter((file) => !file.endsWith('host-name.test.ts'))).toEqual(['src/lib/host-name.ts'])
})
