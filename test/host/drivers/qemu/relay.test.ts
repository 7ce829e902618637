/** Monitors of a host whose sshd forwards nothing: by each of the programs a host may have for it, alone. */
import {once} from 'node:events'
import {existsSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {HostSession, Transport} from '../../../../src/domain/ports/ports.js'
import {withMonitor} from '../../../../src/drivers/qemu/monitor/monitor.js'
import {openQmp} from '../../../../src/drivers/qemu/monitor/qmp.js'
import {type QemuProcess, scanQemu} from '../../../../src/drivers/qemu/process/processes.js'
import {relayScript} from '../../../../src/drivers/qemu/remote/relay.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {createTransport} from '../../../../src/transport/route.js'
import {withWords} from '../../../fakes/other-words.js'
import {qemuFarm, type RealQemu} from '../../../fakes/real-qemu.js'
import {eventually, freePort, processTable, type Sshd, startSshd} from '../../../fakes/sshd.js'

const farm = qemuFarm()
const dir = mkdtempSync(join(tmpdir(), 'ctys-relay-'))
const {signal} = new AbortController()
let vm: RealQemu
let port = 0
let sshd: Sshd
let single: Sshd

beforeAll(async () => {
  port = await freePort()
  const monitor = [
    '-qmp',
    `tcp:127.0.0.1:${port},server,nowait`,
    '-monitor',
    `unix:${farm.root}/odd, name,server,nowait`,
  ]
  vm = await farm.start({label: 'relayed', args: monitor.map((word) => word.replace('odd, name', 'odd,, name'))})
  sshd = await startSshd({config: 'AllowStreamLocalForwarding no\nAllowTcpForwarding no'})
  single = await startSshd({config: 'DisableForwarding yes\nMaxSessions 1'})
})

afterAll(async () => {
  await farm.stop()
  await Promise.all([sshd.stop(), single.stop()])
  rmSync(dir, {recursive: true, force: true})
})

const programs = {
  socat: ['/usr/bin/socat'],
  nc: ['/bin/nc.openbsd', '/usr/bin/nc.openbsd'],
  ncat: ['/usr/bin/ncat'],
  python3: ['/usr/bin/python3'],
  perl: ['/usr/bin/perl'],
} as const

/** A PATH with that program and a shell. */
function pathWith(name: keyof typeof programs): string {
  const bin = mkdtempSync(join(dir, `${name}-`))
  const file = programs[name].find(existsSync)
  if (file === undefined) throw new Error(`install ${name}`)
  symlinkSync(file, join(bin, name))
  symlinkSync('/bin/sh', join(bin, 'sh'))
  return bin
}

describe.each(Object.keys(programs) as (keyof typeof programs)[])('%s', (name) => {
  test('carries a conversation with a socket and a port, and ends with its stream', async () => {
    const session = await createLocalTransport().open({host: 'localhost'}, {signal})
    const bin = pathWith(name)
    for (const args of [
      ['unix', vm.sockets.qmp],
      ['tcp', String(port), '127.0.0.1'],
    ]) {
      const argv = ['/usr/bin/env', `PATH=${bin}`, '/bin/sh', '-c', relayScript.text, 'relay', ...args]
      for (let round = 0; round < 2; round++) {
        const client = await openQmp(await session.open({argv}), {deadlineMs: 10_000})
        expect(await client.execute('query-name')).toEqual({name: 'relayed'})
        await client.close()
      }
    }
    const left = () => processTable().some(({args}) => args.includes(vm.sockets.qmp) && !args.includes('-qmp'))
    expect(await eventually(() => !left())).toBe(true)
    await session.close()
  })

  test('says that nobody is there', async () => {
    const session = await createLocalTransport().open({host: 'localhost'}, {signal})
    const argv = [
      '/usr/bin/env',
      `PATH=${pathWith(name)}`,
      '/bin/sh',
      '-c',
      relayScript.text,
      'relay',
      'unix',
      `${dir}/no`,
    ]
    const stream = await session.open({argv})
    await expect(openQmp(stream, {deadlineMs: 10_000})).rejects.toMatchObject({code: 'MONITOR_FAILED'})
    await session.close()
  })
})

describe.each([
  ['ssh', 'forwards nothing', () => sshd],
  ['openssh', 'forwards nothing', () => sshd],
  ['ssh', 'takes one session a connection as well', () => single],
  ['openssh', 'takes one session a connection as well', () => single],
] as const)('over %s, where sshd %s,', (name, _what, at) => {
  let transport: Transport
  let session: HostSession
  beforeAll(async () => {
    transport = createTransport({force: name, configFile: at().configFile})
    session = farm.fence(await transport.open({host: 'fake'}, {signal}))
  })
  afterAll(async () => {
    await session.close()
    await transport.close()
  })

  test.each([
    ['a socket', 0],
    ['a port', 1],
    ['a socket with an odd name', 2],
  ])('the monitor on %s answers', async (_what, index) => {
    await expect(session.open({unix: vm.sockets.qmp})).rejects.toMatchObject({code: 'UNREACHABLE'})
    const process = (await scanQemu(session, {signal})).processes.find(({pid}) => pid === vm.pid)
    if (process === undefined) throw new Error('not found')
    const state = await withMonitor(session, only(process, index), {deadlineMs: 20_000, signal}, (monitor) =>
      monitor.state(),
    )
    expect(state).toBe('running')
  })

  test('what was opened for that is gone with it', async () => {
    const before = at().descendants().length
    const streams = await Promise.all([1, 2].map(() => session.open({argv: ['cat']})))
    for (const stream of streams) {
      const said = once(stream, 'data')
      stream.write('here')
      expect(String(await said)).toBe('here')
    }
    for (const stream of streams) stream.destroy()
    expect(await eventually(() => at().descendants().length <= before)).toBe(true)
    expect((await session.exec(['echo', 'on'])).stdout.toString()).toBe('on\n')
  })
})

/** With one of its monitors only. */
function only(process: QemuProcess, index: number): QemuProcess {
  const words = ['-qmp', '-monitor']
  let count = -1
  const argv = process.argv.filter((word, i) => {
    const isMonitor = words.includes(word) || words.includes(process.argv[i - 1] ?? '')
    if (words.includes(word)) count++
    return !isMonitor || count === index
  })
  return withWords(process, argv)
}
