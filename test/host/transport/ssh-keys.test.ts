import {type ChildProcess, execFileSync, spawn} from 'node:child_process'
import {chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import ssh2 from 'ssh2'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {askOnce} from '../../../src/transport/ask-once.js'
import {authMethods, createIdentityLoader} from '../../../src/transport/ssh2/keys.js'
import {inspectKeyFile} from '../../../src/transport/ssh2/keys-file.js'

let dir = ''
let agent: ChildProcess
let socket = ''
const passphrase = 'correct horse'

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-keys-'))
  socket = join(dir, 'agent')
  for (const [name, type, word] of [
    ['ed', 'ed25519', ''],
    ['ec', 'ecdsa', ''],
    ['rsa', 'rsa', ''],
    ['locked', 'ed25519', passphrase],
    ['locked-too', 'ed25519', passphrase],
    ['held', 'ed25519', passphrase],
    ['held-too', 'ed25519', ''],
  ] as const) {
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      type,
      ...(type === 'rsa' ? ['-b', '2048'] : []),
      '-N',
      word,
      '-C',
      name,
      '-f',
      file(name),
    ])
  }
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', passphrase, '-f', file('pem')])
  writeFileSync(file('garbage'), 'not a key\n', {mode: 0o600})
  writeFileSync(file('broken'), '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n', {
    mode: 0o600,
  })
  copyFileSync(file('ed'), file('open'))
  chmodSync(file('open'), 0o644)
  mkdirSync(file('folder'))
  agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'})
  for (let tries = 0; tries < 250 && !existsSync(socket); tries++) await sleep(20)
  const clear = file('held-clear')
  copyFileSync(file('held'), clear)
  execFileSync('ssh-keygen', ['-q', '-p', '-P', passphrase, '-N', '', '-f', clear])
  for (const name of [clear, file('held-too')]) {
    execFileSync('ssh-add', ['-q', name], {env: {...process.env, SSH_AUTH_SOCK: socket}, stdio: 'ignore'})
  }
})
afterAll(() => {
  agent.kill()
  rmSync(dir, {recursive: true, force: true})
})

function file(name: string): string {
  return join(dir, name)
}

function settings(names: readonly string[], more: {identityAgent?: string; identitiesOnly?: boolean} = {}) {
  return {identityFiles: names.map(file), identitiesOnly: false, ...more}
}

function publicKey(name: string): string {
  return readFileSync(`${file(name)}.pub`, 'utf8').split(' ')[1] ?? ''
}

async function offered(agentOfHost: ssh2.BaseAgent | undefined): Promise<string[]> {
  return await new Promise((resolve, reject) => {
    if (agentOfHost === undefined) return resolve([])
    agentOfHost.getIdentities((error, keys = []) => {
      if (error) return reject(error)
      resolve(keys.map((key) => (key as ssh2.ParsedKey).getPublicSSH().toString('base64')))
    })
  })
}

test('reads keys of all kinds in the order of the settings and skips missing files in silence', async () => {
  const {keys, notes, agent: none} = await createIdentityLoader()(settings(['rsa', 'absent', 'ed', 'ec']))
  expect(keys.map(({file: path, key}) => [path, key.type, key.getPublicSSH().toString('base64')])).toEqual([
    [file('rsa'), 'ssh-rsa', publicKey('rsa')],
    [file('ed'), 'ssh-ed25519', publicKey('ed')],
    [file('ec'), 'ecdsa-sha2-nistp256', publicKey('ec')],
  ])
  expect(notes).toEqual([])
  expect(none).toBeUndefined()
})

test.each([
  ['garbage', /garbage: this is no key/],
  ['broken', /broken: a kind of key that ssh2 cannot read/],
  ['folder', /folder: it is a directory/],
  ['open', /open: others may read it; use chmod 600/],
])('leaves the file %s out and says why', async (name, note) => {
  const {keys, notes} = await createIdentityLoader()(settings([name, 'ed']))
  expect(keys.map((key) => key.file)).toEqual([file('ed')])
  expect(notes).toEqual([expect.stringMatching(note)])
})

test.each(['locked', 'pem'])('leaves the encrypted key %s out when nobody can be asked', async (name) => {
  const {keys, notes} = await createIdentityLoader()(settings([name]))
  expect(keys).toEqual([])
  expect(notes).toEqual([expect.stringMatching(/has a passphrase; add it to the agent with ssh-add/)])
})

test.each(['locked', 'pem'])('opens the encrypted key %s with the passphrase', async (name) => {
  const {keys, notes} = await createIdentityLoader(askOnce(async () => passphrase))(settings([name]))
  expect(keys.map(({key}) => key.isPrivateKey())).toEqual([true])
  expect(keys[0]?.key.getPublicSSH().toString('base64')).toBe(publicKey(name))
  expect(notes).toEqual([])
})

test('asks once for each file, one question at a time, though 32 hosts wait', async () => {
  const asked: string[] = []
  let open = 0
  const load = createIdentityLoader(
    askOnce(async (question) => {
      expect(++open).toBe(1)
      asked.push(question)
      await sleep(20)
      open--
      return passphrase
    }),
  )
  const lists = Array.from({length: 32}, (_, host) => (host % 2 ? ['locked', 'locked-too'] : ['locked-too', 'locked']))
  const loaded = await Promise.all(lists.map((names) => load(settings(names))))
  expect(asked.sort()).toEqual([`passphrase for ${file('locked')}`, `passphrase for ${file('locked-too')}`])
  expect(loaded.map(({keys}) => keys.length)).toEqual(lists.map(() => 2))
  expect(loaded[0]?.keys[1]?.key).toBe(loaded[1]?.keys[0]?.key)
})

test('asks three times when the passphrase does not fit and tells nobody what was typed', async () => {
  let asked = 0
  const load = createIdentityLoader(askOnce(async () => `wrong-${asked++}`))
  const loaded = await load(settings(['locked', 'ed']))
  expect(asked).toBe(3)
  expect(loaded.keys.map((key) => key.file)).toEqual([file('ed')])
  expect(loaded.notes).toEqual([`${file('locked')}: the passphrase did not fit`])
})

test('takes no answer as no key and does not ask again', async () => {
  let asked = 0
  const load = createIdentityLoader(
    askOnce(async () => {
      asked++
      return undefined
    }),
  )
  expect((await load(settings(['locked']))).notes).toEqual([`${file('locked')}: no passphrase was given`])
  await load(settings(['locked']))
  expect(asked).toBe(1)
})

test('does not ask for a key that the agent holds, and offers that one first', async () => {
  const load = createIdentityLoader(askOnce(() => Promise.reject(new Error('asked'))))
  const loaded = await load(settings(['ed', 'held'], {identityAgent: socket}))
  expect(loaded.keys.map((key) => key.file)).toEqual([file('ed')])
  expect(await offered(loaded.agent)).toEqual([publicKey('held'), publicKey('held-too')])
})

test('offers the keys of the agent in the order of IdentityFile', async () => {
  const {agent: both} = await createIdentityLoader()(settings(['held-too', 'held'], {identityAgent: socket}))
  expect(await offered(both)).toEqual([publicKey('held-too'), publicKey('held')])
})

test('offers with IdentitiesOnly only the named keys of the agent', async () => {
  const only = {identityAgent: socket, identitiesOnly: true}
  expect(await offered((await createIdentityLoader()(settings(['held-too'], only))).agent)).toEqual([
    publicKey('held-too'),
  ])
  expect((await createIdentityLoader()(settings(['ed'], only))).agent).toBeUndefined()
})

test('chooses a key of the agent by its public file alone', async () => {
  const only = {identityAgent: socket, identitiesOnly: true}
  copyFileSync(`${file('held')}.pub`, file('gone.pub'))
  for (const name of ['held.pub', 'gone']) {
    const {agent: chosen, keys, notes} = await createIdentityLoader()(settings([name], only))
    expect(await offered(chosen)).toEqual([publicKey('held')])
    expect([keys, notes]).toEqual([[], []])
  }
})

test('signs with a key of the agent', async () => {
  const {agent: chosen} = await createIdentityLoader()(settings(['held'], {identityAgent: socket}))
  const key = ssh2.utils.parseKey(readFileSync(`${file('held')}.pub`)) as ssh2.ParsedKey
  const data = Buffer.from('data')
  const signature = await new Promise<Buffer | undefined>((resolve, reject) => {
    chosen?.sign(key, data, {}, (error, signed) => (error ? reject(error) : resolve(signed)))
  })
  expect(key.verify(data, signature ?? Buffer.alloc(0))).toBe(true)
})

test('goes on without an agent that is not there and says so', async () => {
  const loaded = await createIdentityLoader()(settings(['ed'], {identityAgent: file('no-agent')}))
  expect(loaded.keys).toHaveLength(1)
  expect(loaded.agent).toBeUndefined()
  expect(loaded.notes).toEqual([expect.stringMatching(/^agent .*no-agent: /)])
})

test('gives up on an agent that never answers and closes its socket', async () => {
  let closed = 0
  const silent = createServer((client) => client.on('close', () => closed++).resume())
  await new Promise<void>((resolve) => silent.listen(file('silent'), resolve))
  try {
    const loaded = await createIdentityLoader()(settings(['ed'], {identityAgent: file('silent')}))
    expect(loaded.notes).toEqual([expect.stringMatching(/no answer/)])
    await expect.poll(() => closed).toBe(1)
  } finally {
    silent.close()
  }
})

test('gives ssh2 the agent first, then the files in order, and no probe', async () => {
  const loaded = await createIdentityLoader()(settings(['rsa', 'held'], {identityAgent: socket}))
  const methods = authMethods('joe', loaded)
  expect(methods.map(({type, username}) => [type, username])).toEqual([
    ['agent', 'joe'],
    ['publickey', 'joe'],
  ])
  expect(authMethods('joe', {keys: [], notes: []})).toEqual([])
})

test.each([
  ['ed', 'private', false, 'ssh-ed25519'],
  ['locked', 'private', true, 'ssh-ed25519'],
  ['pem', 'private', true, 'ssh-rsa'],
  ['ed.pub', 'public', undefined, 'ssh-ed25519'],
  ['garbage', 'unknown', undefined, undefined],
  ['absent', 'missing', undefined, undefined],
] as const)('tells of the file %s what it is without a passphrase', async (name, kind, encrypted, publicType) => {
  const found = await inspectKeyFile(file(name))
  expect([found.kind, found.encrypted, found.publicType]).toEqual([kind, encrypted, publicType])
})
