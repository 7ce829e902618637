import {execFileSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {CtysError} from '../../../src/domain/errors.js'
import type {Transport} from '../../../src/domain/ports/ports.js'
import type {Target} from '../../../src/domain/target.js'
import {createLimiter} from '../../../src/execute/limiter/limiter.js'
import {createTransport} from '../../../src/transport/route.js'
import {
  addLine,
  descendantsOf,
  eventually,
  freePort,
  makeKey,
  processTable,
  type Sshd,
  startSshd,
  tryKill,
} from '../../fakes/sshd.js'

/** What goes wrong before or under a session, over both ways that speak ssh, against real sshds. */

let sshd: Sshd
let far: Sshd
let other = ''
const silent = createServer((socket) => socket.on('error', () => undefined))
beforeAll(async () => {
  // The defaults, written out.
  sshd = await startSshd({config: 'MaxSessions 10\nMaxStartups 10:30:100'})
  far = await startSshd()
  other = makeKey(join(sshd.dir, 'other_key'))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const silentPort = typeof address === 'object' && address !== null ? address.port : 0
  const known = (name: string, text: string): string => {
    writeFileSync(join(sshd.dir, name), text)
    return `Host ${name}\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  UserKnownHostsFile ${sshd.dir}/${name}`
  }
  const at = `[127.0.0.1]:${sshd.port}`
  sshd.configure(
    [
      known('unknown', ''),
      known('changed', `${at} ${other}\n`),
      known('revoked', `@revoked * ${sshd.hostKey}\n${at} ${sshd.hostKey}\n`),
      known('new', ''),
      '  StrictHostKeyChecking accept-new',
      known('careless', `${at} ${other}\n`),
      '  StrictHostKeyChecking no\n  NoHostAuthenticationForLocalhost yes',
      known('stranger', `${at} ${sshd.hostKey}\n`),
      '  User ctys-nobody',
      `Host refused\n  HostName 127.0.0.1\n  Port ${await freePort()}`,
      'Host name\n  HostName name.invalid',
      `Host silent\n  HostName 127.0.0.1\n  Port ${silentPort}\n  ConnectTimeout 1`,
      `Host jump\n  HostName 127.0.0.1\n  Port ${sshd.port}`,
      `Host far\n  HostName 127.0.0.1\n  Port ${far.port}\n  ProxyJump jump`,
      `  UserKnownHostsFile ${far.knownHosts}\n  IdentityFile ${far.dir}/client_key`,
      `Host nowhere\n  HostName 127.0.0.1\n  Port ${await freePort()}\n  ProxyJump jump`,
      `Host badhop\n  HostName 127.0.0.1\n  ProxyJump refused`,
      `Host loop1\n  HostName 127.0.0.1\n  ProxyJump loop2\nHost loop2\n  HostName 127.0.0.1\n  ProxyJump loop1`,
    ].join('\n'),
  )
})
afterAll(async () => {
  silent.close()
  await Promise.all([sshd.stop(), far.stop()])
})

const {signal} = new AbortController()
const ways = ['ssh', 'openssh'] as const

async function withTransport<T>(
  force: (typeof ways)[number] | undefined,
  work: (transport: Transport) => Promise<T>,
  notes: string[] = [],
): Promise<T> {
  const note = (text: string): number => notes.push(text)
  const transport = createTransport({configFile: sshd.configFile, note, ...(force !== undefined && {force})})
  try {
    return await work(transport)
  } finally {
    await transport.close()
  }
}

/** The error of opening, or a plain failure when it opened. */
const refusal = (force: (typeof ways)[number], target: Target): Promise<CtysError> =>
  withTransport(force, async (transport) => {
    const session = await transport.open(target, {signal}).catch((error: CtysError) => error)
    if (!('close' in session)) return session
    await session.close()
    throw new Error(`${target.host} was let in`)
  })

describe.each(ways)('%s', (force) => {
  test.each([
    ['unknown', 'HOST_KEY_UNKNOWN'],
    ['changed', 'HOST_KEY_CHANGED'],
    ['careless', 'HOST_KEY_CHANGED'],
    ['revoked', 'HOST_KEY_REVOKED'],
    ['stranger', 'AUTH_FAILED'],
    ['refused', 'UNREACHABLE'],
    ['name', 'NAME_NOT_RESOLVED'],
    ['silent', 'CONNECT_TIMEOUT'],
    ['nowhere', 'UNREACHABLE'],
    ['badhop', 'UNREACHABLE'],
  ])('the host %s fails with %s', async (host, code) => {
    const error = await refusal(force, {host})
    expect(`${error.code} ${error.message}`).toMatch(new RegExp(`^${code} `))
    expect(error.message).toContain(`${host}:`)
  })

  test('a new key is remembered with accept-new and known from then on', async () => {
    const file = join(sshd.dir, 'new')
    writeFileSync(file, '')
    for (const count of [1, 1]) {
      await withTransport(force, async (transport) => {
        const session = await transport.open({host: 'new'}, {signal})
        expect((await session.exec(['echo', 'in'])).stdout.toString()).toBe('in\n')
        await session.close()
      })
      expect(readFileSync(file, 'utf8').trim().split('\n').length).toBe(count)
    }
  })

  test('goes through a jump host, many at a time', async () => {
    await withTransport(force, async (transport) => {
      const sessions = await Promise.all(Array.from({length: 6}, () => transport.open({host: 'far'}, {signal})))
      const said = await Promise.all(sessions.map((session) => session.exec(['sh', '-c', 'echo $SSH_CONNECTION'])))
      for (const {stdout} of said) expect(stdout.toString().trim().split(' ')[3]).toBe(`${far.port}`)
      await Promise.all(sessions.map((session) => session.close()))
    })
  })

  test('30 sessions of one default sshd: all are let in', async () => {
    await withTransport(force, async (transport) => {
      const limiter = createLimiter({most: 30})
      const said = Array.from({length: 30}, (_, i) =>
        limiter.run('fake', signal, async (turn) => {
          const session = await turn.open((attempt) => transport.open({host: 'fake'}, {signal, attempt}))
          const {stdout} = await session.exec(['echo', `${i}`])
          await session.close()
          return Number(stdout.toString())
        }),
      )
      expect(await Promise.all(said)).toEqual(Array.from({length: 30}, (_, i) => i))
    })
  }, 60_000)

  test('notices the death of the connection, and the host ends what ran', async () => {
    const before = new Set(sshd.descendants())
    await withTransport(force, async (transport) => {
      const session = await transport.open({host: 'fake'}, {signal})
      const mark = `${200_000 + Math.floor(Math.random() * 1e6)}`
      const run = session.exec(['sh', '-c', `trap "" TERM; sleep ${mark}; sleep ${mark}`]).catch((error) => error)
      const sleeping = () => processTable().filter(({args}) => args === `sleep ${mark}`)
      expect(await eventually(() => sleeping().length === 1)).toBe(true)
      const ours = new Set(sshd.descendants().filter((pid) => !before.has(pid)))
      const all = processTable().filter(({pid}) => ours.has(pid))
      for (const {pid, args} of all) if (args.startsWith('sshd: ')) tryKill(pid)
      expect(await run).toMatchObject({code: 'CONNECTION_LOST'})
      await expect(session.exec(['true'])).rejects.toMatchObject({code: 'CONNECTION_LOST'})
      await session.close()
      const gone = (): boolean => processTable().every(({pid}) => !ours.has(pid))
      expect(await eventually(() => sleeping().length === 0 && gone())).toBe(true)
    })
  })

  test('the death of the ssh client ends what ran on the host', async () => {
    if (force !== 'openssh') return
    await withTransport(force, async (transport) => {
      const session = await transport.open({host: 'fake'}, {signal})
      const mark = `${200_000 + Math.floor(Math.random() * 1e6)}`
      const run = session.exec(['sleep', mark]).catch((error) => error)
      const sleeping = (): boolean => processTable().some(({args}) => args === `sleep ${mark}`)
      expect(await eventually(sleeping)).toBe(true)
      const clients = new Set(descendantsOf(process.pid))
      for (const {pid, args} of processTable()) if (clients.has(pid) && args.startsWith('ssh -T')) tryKill(pid)
      expect(await run).toMatchObject({code: 'CONNECTION_LOST'})
      expect(await eventually(() => !sleeping())).toBe(true)
      await session.close()
    })
  })

  test.each([
    ['a chatty shell', 'echo "Welcome! $(date)"; printf "no newline"; echo noise >&2; eval "$SSH_ORIGINAL_COMMAND"'],
    ['a login shell that stays in between', 'sh -c "$SSH_ORIGINAL_COMMAND; exit 9"'],
    ['busybox sh', 'exec busybox sh'],
  ])('works behind %s', async (_, command) => {
    const chatty = await startSshd({config: `ForceCommand ${command}`})
    const transport = createTransport({configFile: chatty.configFile, force})
    try {
      const session = await transport.open({host: 'fake'}, {signal})
      const {stdout, stderr} = await session.exec(['sh', '-c', 'echo out; echo err >&2'])
      expect([stdout.toString(), stderr.toString()]).toEqual(['out\n', 'err\n'])
      await session.close()
    } finally {
      await transport.close()
      await chatty.stop()
    }
  })

  test('an account without a shell fails with what it said', async () => {
    const nologin = await startSshd({config: 'ForceCommand echo This account is currently not available.; exit 1'})
    const transport = createTransport({configFile: nologin.configFile, force})
    try {
      const error = await transport.open({host: 'fake'}, {signal}).catch((fault: CtysError) => fault)
      expect(error).toMatchObject({code: 'SHELL_FAILED', details: ['This account is currently not available.']})
    } finally {
      await transport.close()
      await nologin.stop()
    }
  })
})

test('jump hosts that are behind each other are a fault of the configuration, at once', async () => {
  await withTransport('ssh', async (transport) => {
    const limit = AbortSignal.timeout(10_000)
    const hosts = ['loop1', 'loop2', 'loop1']
    const codes = await Promise.all(hosts.map((host) => transport.open({host}, {signal: limit}).catch((e) => e.code)))
    expect(codes).toEqual(['SSH_CONFIG', 'SSH_CONFIG', 'SSH_CONFIG'])
  })
})

test('what is interrupted while it waits for its turn leaves no connection', async () => {
  await withTransport('ssh', async (transport) => {
    const before = sshd.descendants().length
    const stop = new AbortController()
    const open = () => transport.open({host: 'fake'}, {signal: stop.signal}).catch(() => undefined)
    const opened = Array.from({length: 30}, open)
    expect(await eventually(() => sshd.descendants().length > before)).toBe(true)
    stop.abort()
    for (const session of await Promise.all(opened)) await session?.close()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(await eventually(() => sshd.descendants().length <= before)).toBe(true)
  })
})

test('the refusal of a host key tells fingerprints, file and line', async () => {
  const print = (file: string): string =>
    execFileSync('ssh-keygen', ['-lf', file], {encoding: 'utf8'}).split(' ')[1] ?? 'none'
  const shown = print(join(sshd.dir, 'host_key.pub'))
  const unknown = await refusal('ssh', {host: 'unknown'})
  expect(unknown.message).toContain(`ssh-ed25519 ${shown}`)
  const changed = await refusal('ssh', {host: 'changed'})
  expect(changed.details?.join('\n')).toContain(`${print(join(sshd.dir, 'other_key.pub'))} (${sshd.dir}/changed:1)`)
  expect(changed.details?.join('\n')).toContain(shown)
})

test.each(ways)('a host known by its ECDSA key only is known over %s', async (force) => {
  const file = join(sshd.dir, `ecdsa-${force}`)
  const ecdsa = makeKey(file, 'ecdsa')
  const two = await startSshd({config: `HostKey ${file}`})
  writeFileSync(two.knownHosts, `[127.0.0.1]:${two.port} ${ecdsa}\n`)
  const transport = createTransport({configFile: two.configFile, force})
  try {
    const session = await transport.open({host: 'fake'}, {signal})
    expect((await session.exec(['true'])).exitCode).toBe(0)
    await session.close()
  } finally {
    await transport.close()
    await two.stop()
  }
})

test('a host known by an authority only, and one with ProxyCommand, go over the ssh client by themselves', async () => {
  const file = join(sshd.dir, 'authority')
  addLine(file, `@cert-authority * ${other}`)
  const host = `HostName 127.0.0.1\n  Port ${sshd.port}`
  sshd.configure(
    `Host authority\n  ${host}\n  UserKnownHostsFile ${file}\nHost proxied\n  ${host}\n  ProxyCommand false`,
  )
  const notes: string[] = []
  await withTransport(
    undefined,
    async (transport) => {
      for (const name of ['authority', 'proxied']) {
        await expect(transport.open({host: name}, {signal})).rejects.toHaveProperty('code')
      }
    },
    notes,
  )
  expect(notes).toEqual([
    'authority: using the ssh client: the host is known by a certificate authority',
    'proxied: using the ssh client: ProxyCommand is set',
  ])
})

test('this machine needs no ssh, unless a user or port is named', async () => {
  await withTransport(undefined, async (transport) => {
    const session = await transport.open({host: 'localhost'}, {signal})
    expect((await session.exec(['sh', '-c', 'echo "$SSH_CONNECTION."'])).stdout.toString()).toBe('.\n')
    await session.close()
    const error = await transport.open({host: 'localhost', port: await freePort()}, {signal}).catch((fault) => fault)
    expect(error).toMatchObject({code: 'UNREACHABLE'})
  })
})
