import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {createSettingsFile} from '../../../inventory/settings/settings-file.js'
import {defaultSettings} from '../../../src/domain/settings.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-settings-'))
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

const path = () => join(dir, 'settings.yaml')
const load = (text?: string | Buffer) => {
  if (text !== undefined) writeFileSync(path(), text)
  return createSettingsFile(path()).load()
}

test('what is not set is as without a file', async () => {
  expect(await load()).toEqual(defaultSettings)
  expect(await createSettingsFile(join(dir, 'settings.yaml/nowhere')).load()).toEqual(defaultSettings)
  for (const text of ['', '# nothing\n', '---\n', '{}\n', 'vnc-network: loopback\n']) {
    expect(await load(text), JSON.stringify(text)).toEqual(defaultSettings)
  }
})

test('a screen may stay open to the network', async () => {
  for (const text of ['vnc-network: allow\n', '\ufeff# mine\r\n"vnc-network": "allow"\r\n']) {
    expect(await load(text)).toEqual({vncNetwork: 'allow'})
  }
})

test('every fault is told with its line, all at once', async () => {
  await expect(load('# mine\nvnc-network: yes\nvnc-nets: 1\n')).rejects.toMatchObject({
    name: 'ConfigError',
    code: 'CONFIG',
    message: expect.stringContaining(`${path()}:`),
    details: [expect.stringContaining(`${path()}:`)],
  })
  const {message, details} = await load('# mine\nvnc-network: yes\nvnc-nets: 1\n').catch((error) => error)
  expect([message, ...details].sort()).toEqual([
    `${path()}:2:1: vnc-network: "yes" is not one of loopback, allow`,
    expect.stringContaining(`${path()}:3:1: vnc-nets: is not known here`),
  ])
})

test.each([
  ['- a\n', ':1:1: is a list instead of a map'],
  ['vnc-network: [allow\n', ':2:'],
  ['a: &x 1\nb: *x\n', ':2:'],
  ['vnc-network: allow\nvnc-network: allow\n', ':2:'],
  [Buffer.from([0xff, 0xfe]), ': is not valid UTF-8'],
  ['#'.repeat(70_000), ': a settings file has 64 KiB at most'],
])('%j is refused', async (text, reason) => {
  await expect(load(text)).rejects.toMatchObject({code: 'CONFIG', message: expect.stringContaining(path() + reason)})
})

test('only a regular file is read', async () => {
  const settings = (name: string) => createSettingsFile(join(dir, name)).load()
  mkdirSync(join(dir, 'folder'))
  execFileSync('mkfifo', [join(dir, 'pipe')])
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(join(dir, 'socket'), resolve))
  try {
    for (const name of ['folder', 'pipe', 'socket', '../../dev/zero']) {
      await expect(settings(name), name).rejects.toMatchObject({message: expect.stringContaining('no regular file')})
    }
  } finally {
    server.close()
  }
})
