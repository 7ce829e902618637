import {existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {CtysError} from '../../../src/domain/errors.js'
import {createLocalTransport} from '../../../src/transport/local/local.js'
import {createPing} from '../../../src/transport/ping.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ctys-ping-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

/** A program that says what a real one said; its words are kept in `asked`. */
function program(name: string, {out = '', err = '', code = 0, before = ''}) {
  const text = `#!/bin/sh\nprintf '%s\\n' "$0 $LC_ALL $*" >>'${folder}/asked'\n${before}\ncat '${folder}/${name}.out'\ncat '${folder}/${name}.err' >&2\nexit ${code}\n`
  writeFileSync(join(folder, name), text, {mode: 0o755})
  writeFileSync(join(folder, `${name}.out`), out)
  writeFileSync(join(folder, `${name}.err`), err)
}

function asked(): readonly string[] {
  return readFileSync(join(folder, 'asked'), 'utf8').trimEnd().replaceAll(`${folder}/`, '').split('\n')
}

/** Only our programs and what they need; a machine's own ping is not found. */
function ping(host: string, options: {readonly deadlineMs?: number; readonly configFile?: string} = {}) {
  const tools = ['cat', 'sleep', 'setsid', 'env', 'sh', 'kill', 'printf']
  for (const tool of tools) {
    const path = ['/usr/bin', '/bin'].map((place) => join(place, tool)).find(existsSync)
    if (path !== undefined && !existsSync(join(folder, tool))) symlinkSync(path, join(folder, tool))
  }
  const local = createLocalTransport({shell: ['/usr/bin/env', `PATH=${folder}`, '/bin/sh']})
  return createPing({local, ...options})(host, {signal: new AbortController().signal})
}

const silentIputils = `PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.

--- 192.0.2.1 ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms
`
const unreachableIputils = silentIputils.replace('0 received,', '0 received, +1 errors,')
const silentBusybox = `PING 192.0.2.1 (192.0.2.1): 56 data bytes

--- 192.0.2.1 ping statistics ---
1 packets transmitted, 0 packets received, 100% packet loss
`

test('a host that answers is asked once, in plain words and with nothing that could be an option', async () => {
  program('ping', {out: silentIputils.replace('0 received, 100%', '1 received, 0%')})
  expect(await ping('192.0.2.1')).toBe(true)
  expect(asked()).toEqual(['ping C -c 1 -q -- 192.0.2.1'])
})

test.each([
  ['iputils', silentIputils, 1],
  ['iputils, where a router says so', unreachableIputils, 1],
  ['busybox', silentBusybox, 1],
  ['BSD', silentBusybox.replace('100%', '100.0%'), 2],
])('no answer is no answer: %s', async (_name, out, code) => {
  program('ping', {out, code})
  expect(await ping('192.0.2.1')).toBe(false)
})

test.each([
  ['iputils, no such name', {err: 'ping: nosuch: Name or service not known\n', code: 2}],
  ['iputils, no route', {err: 'ping: connect: Network is unreachable\n', code: 2}],
  ['busybox, no such name', {err: "ping: bad address 'nosuch'\n", code: 1}],
  [
    'busybox, no route',
    {out: silentBusybox.split('\n')[0] ?? '', err: 'ping: sendto: Network is unreachable\n', code: 1},
  ],
  ['busybox, not allowed', {err: 'ping: permission denied (are you root?)\n', code: 1}],
  ['BSD, no such name', {err: 'ping: cannot resolve nosuch: Unknown host\n', code: 68}],
])('what could not be asked is no answer at all: %s', async (_name, says) => {
  program('ping', says)
  const answer = ping('192.0.2.1')
  await expect(answer).rejects.toMatchObject({code: 'COMMAND_FAILED'})
  await expect(answer).rejects.toThrow(says.err.trim())
})

test('the time is kept here: a ping that waits longer is ended, and the host is silent', async () => {
  program('ping', {before: 'sleep 30'})
  const started = performance.now()
  expect(await ping('192.0.2.1', {deadlineMs: 1000})).toBe(false)
  expect(performance.now() - started).toBeLessThan(10_000)
})

test.each([
  ['is silent where its name has an address', {before: ''}, false],
  ['is silent where nobody can tell', undefined, false],
  ['could not be asked where the name service does not answer', {before: 'sleep 30'}, 'COMMAND_FAILED'],
  ['could not be asked where it has no address', {code: 2}, 'COMMAND_FAILED'],
])('a host whose ping was ended %s', async (_, getent, expected) => {
  program('ping', {before: 'sleep 30'})
  if (getent !== undefined) program('getent', getent)
  const answer = await ping('name.example', {deadlineMs: 500}).catch((error: CtysError) => error.code)
  expect(answer).toBe(expected)
  expect(asked()).toEqual([
    'ping C -c 1 -q -- name.example',
    ...(getent === undefined ? [] : [expect.stringMatching(/^getent .* ?hosts name\.example$/)]),
  ])
})

test('without a program ping nothing is told', async () => {
  await expect(ping('192.0.2.1')).rejects.toMatchObject({code: 'CONFIG', hint: expect.stringContaining('SSH')})
})

test('IPv6 has a program of its own where there is one', async () => {
  program('ping', {})
  expect(await ping('2001:db8::1')).toBe(true)
  program('ping6', {})
  expect(await ping('2001:db8::1')).toBe(true)
  expect(asked()).toEqual(['ping C -c 1 -q -- 2001:db8::1', 'ping6 C -c 1 -q -- 2001:db8::1'])
})

test('a name is asked for where ssh would go', async () => {
  program('ping', {})
  const configFile = join(folder, 'ssh_config')
  writeFileSync(configFile, 'Host alias\n  HostName 192.0.2.7\n')
  expect(await ping('alias', {configFile})).toBe(true)
  expect(asked()).toEqual(['ping C -c 1 -q -- 192.0.2.7'])
})

test.each(['-O', 'a b', '$(x)'])('%j is never given to a program', async (name) => {
  program('ping', {})
  await expect(ping(name)).rejects.toMatchObject({code: 'SSH_CONFIG'})
})
