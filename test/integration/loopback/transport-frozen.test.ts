import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {createTransport} from '../../../src/transport/route.js'
import {descendantsOf, eventually, type Sshd, startSshd} from '../../fakes/sshd.js'

/** A host that freezes under a session: the connection stays, and nothing comes over it any more. */

let sshd: Sshd
let far: Sshd
beforeAll(async () => {
  sshd = await startSshd()
  far = await startSshd()
  sshd.configure(
    [
      `Host far\n  HostName 127.0.0.1\n  Port ${far.port}\n  ProxyJump fake`,
      `  UserKnownHostsFile ${far.knownHosts}\n  IdentityFile ${far.dir}/client_key`,
    ].join('\n'),
  )
})
afterAll(async () => {
  await sshd?.stop()
  await far?.stop()
})

function signalAll(name: 'SIGSTOP' | 'SIGCONT', servers: readonly Sshd[]): void {
  for (const pid of servers.flatMap((one) => [one.pid, ...descendantsOf(one.pid)])) {
    try {
      process.kill(pid, name)
    } catch {
      // ended meanwhile
    }
  }
}

afterEach(() => signalAll('SIGCONT', [sshd, far]))

test.each([
  ['a host behind a jump host', ['far'], () => [far]],
  ['a host, and the jump host of another one', ['fake', 'far'], () => [sshd]],
] as const)(
  'an interrupt settles, and everything closes, though %s is frozen',
  async (_, hosts, frozen) => {
    const interrupt = new AbortController()
    const {signal} = interrupt
    const transports = (['ssh', 'openssh'] as const).map((force) =>
      createTransport({configFile: sshd.configFile, force}),
    )
    const opened = transports.flatMap((transport) => hosts.map((host) => transport.open({host}, {signal})))
    const sessions = await Promise.all(opened)
    const runs = sessions.map((session) => session.exec(['sleep', '300'], {signal}).catch((error) => error))
    await sleep(300)
    signalAll('SIGSTOP', frozen())
    const began = performance.now()
    interrupt.abort()
    for (const run of runs) expect(await run).toMatchObject({code: 'CONNECTION_LOST'})
    await Promise.all(sessions.map((session) => session.close()))
    await Promise.all(transports.map((transport) => transport.close()))
    expect(performance.now() - began).toBeLessThan(12_000)
    // nothing that would keep the process from ending
    expect(await eventually(() => !process.getActiveResourcesInfo().includes('TCPSocketWrap'))).toBe(true)
  },
  20_000,
)
