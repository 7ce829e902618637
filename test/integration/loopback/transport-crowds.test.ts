import {createConnection, createServer, type Server, type Socket} from 'node:net'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {CtysError} from '../../../src/domain/errors.js'
import {createTransport} from '../../../src/transport/route.js'
import {eventually, type Sshd, startSshd} from '../../fakes/sshd.js'

/** How an sshd that has too many callers looks, told by name, over both ways that speak ssh. */

const servers: Server[] = []
let sshd: Sshd
/** A real one that takes a single caller before it is signed in. */
let narrow: Sshd

/** A server that treats each caller so; its port. */
async function serverThat(treat: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    treat(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

beforeAll(async () => {
  sshd = await startSshd()
  narrow = await startSshd({config: 'MaxStartups 1:100:1\nLoginGraceTime 60'})
  const host = (name: string, port: number): string =>
    `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  ConnectTimeout 1`
  const says = (text: string) => serverThat((socket) => socket.end(text))
  sshd.configure(
    [
      // sshd.c up to 9.7, and since 9.8
      host('exceeded', await says('Exceeded MaxStartups\r\n')),
      host('penalty', await says('Not allowed at this time\r\n')),
      host('mute', await serverThat((socket) => socket.resetAndDestroy())),
      host('silent', await serverThat(() => undefined)),
      host('narrow', narrow.port),
      host(
        'slow',
        await serverThat((socket) => {
          // RFC 4253 section 4.2: lines may come before the identification
          let lines = 0
          const timer = setInterval(() => {
            lines += 1
            if (socket.destroyed || lines > 6) clearInterval(timer)
            if (lines <= 6) return void socket.write(`one moment ${lines}\r\n`)
            const real = createConnection({port: sshd.port, host: '127.0.0.1'})
            real.on('error', () => undefined)
            socket.pipe(real).pipe(socket)
          }, 300)
        }),
      ),
      `  UserKnownHostsFile ${sshd.dir}/slow\n  StrictHostKeyChecking accept-new`,
    ].join('\n'),
  )
})

afterAll(async () => {
  for (const server of servers) server.close()
  await Promise.all([sshd.stop(), narrow.stop()])
})

const {signal} = new AbortController()

describe.each(['ssh', 'openssh'] as const)('over %s', (force) => {
  const refusal = async (host: string): Promise<CtysError> => {
    const transport = createTransport({configFile: sshd.configFile, force})
    try {
      const session = await transport.open({host}, {signal})
      await session.close()
      throw new Error(`${host} was let in`)
    } catch (error) {
      return error as CtysError
    } finally {
      await transport.close()
    }
  }

  test.each([
    ['exceeded', 'LOGINS_LIMITED', 'limited', 'MaxStartups'],
    ['penalty', 'LOGINS_LIMITED', 'refused', 'PerSourcePenalties'],
    ['mute', 'UNREACHABLE', 'dropped', 'mute:'],
    ['silent', 'CONNECT_TIMEOUT', 'silent', 'silent:'],
  ])('%s is %s, a sign of the load %s', async (host, code, load, words) => {
    const error = await refusal(host)
    expect([error.code, error.load], error.details?.join('\n')).toEqual([code, load])
    expect(error.message).toContain(words)
  })

  test('the limit of a real sshd is told by its name', async () => {
    const first = createConnection({port: narrow.port, host: '127.0.0.1'})
    first.on('error', () => undefined)
    await new Promise((resolve) => first.once('data', resolve))
    try {
      const error = await refusal('narrow')
      expect([error.code, error.load]).toEqual(['LOGINS_LIMITED', 'limited'])
      expect(await eventually(() => /past MaxStartups/.test(narrow.log()))).toBe(true)
    } finally {
      first.destroy()
    }
  })
})

test('the limit is one of silence: a host that says something now and then has more time', async () => {
  const transport = createTransport({configFile: sshd.configFile, force: 'ssh'})
  try {
    const session = await transport.open({host: 'slow'}, {signal})
    expect((await session.exec(['echo', 'in'])).stdout.toString()).toBe('in\n')
    await session.close()
  } finally {
    await transport.close()
  }
})
