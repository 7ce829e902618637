import {spawnSync} from 'node:child_process'
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {ConfigError, CtysError} from '../../../src/domain/errors.js'
import type {Target} from '../../../src/domain/target.js'
import {ssh2Algorithms} from '../../../src/transport/ssh-config/algorithms.js'
import {resolveSshSettings} from '../../../src/transport/ssh-config/settings.js'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-settings-'))
})
afterAll(() => rmSync(dir, {recursive: true, force: true}))

const env = {PATH: process.env.PATH}
let count = 0

function config(text: string): string {
  const file = join(dir, `config-${count++}`)
  writeFileSync(file, `${text.replaceAll('DIR', dir)}\n`)
  return file
}

function settingsOf(text: string, target: Target = {host: 'web'}) {
  return resolveSshSettings(target, {configFile: config(text), env, signal: AbortSignal.timeout(15_000)})
}

async function faultOf(work: Promise<unknown>): Promise<CtysError> {
  const fault = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(fault instanceof CtysError)) throw new Error(`no CtysError: ${String(fault)}`)
  return fault
}

const faults: [name: string, config: string, message: RegExp][] = [
  ['an unknown keyword', 'Bogus yes', /config-\d+: line 1: Bad configuration option: bogus/],
  ['a bad value', 'Port many', /line 1: Bad port 'many'/],
  ['an unknown Match criterion', 'Match phase moon\nPort 1', /Unsupported Match attribute phase/],
  ['an unclosed quote', 'User "joe', /line 1:.*quote/],
  ['an unknown token', 'IdentityFile /%q', /IdentityFile in the ssh configuration: unknown token %q/],
  [
    'a variable that is not set',
    `CertificateFile \${NOT_THERE}`,
    /CertificateFile .*: the environment has no NOT_THERE/,
  ],
  ['a user without home', 'IdentityFile ~nobody-such/k', /IdentityFile .*: no user nobody-such/],
  ['a jump host that would be an option', 'ProxyJump ok,-oProxyCommand=x', /"?-oProxyCommand/],
  ['a jump host with shell characters', 'ProxyJump a$(id),b', /\$|Invalid|holds/],
]

test.each(faults)('reports %s with the message of ssh', async (_, text, message) => {
  const fault = await faultOf(settingsOf(text))
  expect(fault).toBeInstanceOf(ConfigError)
  expect(fault.code).toBe('SSH_CONFIG')
  expect([fault.message, ...(fault.details ?? [])].join('\n')).toMatch(message)
})

test('a fault of ssh names the target first and gives a command that shows it again', async () => {
  const fault = await faultOf(settingsOf('Bogus 1', {host: 'web', user: 'u', port: 7}))
  expect(fault.message).toMatch(/^u@web:7: /)
  expect(fault.hint).toMatch(/ssh -G -T -N -F \S+ -l u -p 7 -- web$/)
})

test('reports a configuration file that is not there', async () => {
  const options = {configFile: join(dir, 'absent'), env, signal: AbortSignal.timeout(15_000)}
  expect((await faultOf(resolveSshSettings({host: 'web'}, options))).message).toMatch(/Can't open user config file/)
})

test('reports a configuration file that cannot be read', async () => {
  const configFile = config('Port 1')
  chmodSync(configFile, 0o000)
  // root reads everything, so there ssh runs as nobody
  const asNobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups'
  writeFileSync(join(dir, 'ssh'), `#!/bin/sh\nexec ${process.getuid?.() === 0 ? asNobody : ''} /usr/bin/ssh "$@"\n`, {
    mode: 0o755,
  })
  const options = {configFile, env: {...env, PATH: `${dir}:${process.env.PATH}`}, signal: AbortSignal.timeout(15_000)}
  try {
    expect((await faultOf(resolveSshSettings({host: 'web'}, options))).message).toMatch(/Permission denied/)
  } finally {
    rmSync(join(dir, 'ssh'))
  }
})

test('says what to install when there is no ssh client', async () => {
  const options = {env: {PATH: dir}, signal: AbortSignal.timeout(15_000)}
  const fault = await faultOf(resolveSshSettings({host: 'web'}, options))
  expect(fault).toMatchObject({code: 'SSH_CONFIG', message: 'there is no ssh client in PATH'})
  expect(fault.hint).toMatch(/install the OpenSSH client/)
})

test('ends a Match exec that hangs, with everything it started', async () => {
  const file = join(dir, 'pid')
  const configFile = config(`Match exec "sh -c 'echo $$ > ${file}; sleep 60; true'"\nPort 1`)
  const options = {configFile, env, signal: AbortSignal.timeout(15_000), deadlineMs: 2000}
  expect((await faultOf(resolveSshSettings({host: 'web'}, options))).message).toMatch(/no answer within 2 s/)
  const pid = Number(readFileSync(file, 'utf8'))
  expect(pid).toBeGreaterThan(1)
  await expect.poll(() => isAlive(pid)).toBe(false)
})

/** What has ended but was not fetched by its parent yet counts as ended. */
function isAlive(pid: number): boolean {
  const {stdout} = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], {encoding: 'utf8'})
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}

test('stops at the signal', async () => {
  const options = {configFile: config('Match exec "sleep 60"\nPort 1'), env, signal: AbortSignal.timeout(300)}
  expect((await faultOf(resolveSshSettings({host: 'web'}, options))).code).toBe('INTERRUPTED')
})

const unsafe: Target[] = [
  ...['-oProxyCommand=touch x', '-G', '', 'a b', 'a\tb', 'a\nb', 'a\0b', 'a\x1bb', 'a\u202eb', 'a;b', 'a|b', 'a&b'],
  ...[
    'a$b',
    'a`b',
    'a\\b',
    "a'b",
    'a"b',
    'a<b',
    'a>b',
    'a(b)',
    'a{b}',
    'a@b',
    'ssh://a',
    'a/b',
    'a#b',
    'a*',
    'a?',
    'a,b',
  ],
].map((host) => ({host}))
unsafe.push(
  ...['-x', '', 'a b', 'a$b', 'a\\', 'a\\$b', 'a`b', 'a;b', 'a\nb', "a'b"].map((user) => ({host: 'web', user})),
)
unsafe.push(...[0, -1, 65536, 1.5, Number.NaN].map((port) => ({host: 'web', port})))

test.each(unsafe)('refuses %j before ssh sees it', async (target) => {
  const canary = join(dir, 'canary')
  const options = {configFile: config(`Match exec "touch ${canary}"\nPort 1`), env, signal: AbortSignal.timeout(15_000)}
  const fault = await faultOf(resolveSshSettings(target, options))
  expect(fault.code).toBe('SSH_CONFIG')
  // The words are ours: newer ssh refuses some of these, too, and older does not.
  expect(fault.message).toMatch(/: (the (host|user) name (holds|is empty|begins)|bad port)/)
  expect(existsSync(canary)).toBe(false)
})

test.each(['web', 'web-01.example.net', '192.0.2.1', '::1', 'fe80::1%eth0', 'web_1', 'bücher'])(
  'lets %s pass',
  async (host) => {
    await expect(settingsOf('', {host})).resolves.toMatchObject({alias: host})
  },
)

test.each(['admin', 'a.b-c_d', 'me@corp', 'svc+x', 'DOM\\user', 'WS01$'])('lets the user %s pass', async (user) => {
  await expect(settingsOf('', {host: 'web', user})).resolves.toMatchObject({user})
})

test('knows exactly the algorithms of the ssh2 that is installed', () => {
  const constants = createRequire(import.meta.url)('ssh2/lib/protocol/constants.js') as Record<string, string[]>
  const same = (ours: readonly string[], theirs: string) => expect(ours).toEqual(constants[theirs])
  same(ssh2Algorithms.kex, 'SUPPORTED_KEX')
  same(ssh2Algorithms.cipher, 'SUPPORTED_CIPHER')
  same(ssh2Algorithms.hmac, 'SUPPORTED_MAC')
  same(ssh2Algorithms.serverHostKey, 'SUPPORTED_SERVER_HOST_KEY')
})
