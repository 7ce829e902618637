import {execFileSync} from 'node:child_process'
import {connect, type Socket} from 'node:net'
import {userInfo} from 'node:os'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import type {ListData} from '../../../../src/domain/work/answers.js'
import {list} from '../../../../src/drivers/qemu/list/list.js'
import {queryState, withMonitor} from '../../../../src/drivers/qemu/monitor/monitor.js'
import {scanQemu} from '../../../../src/drivers/qemu/process/processes.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {blindSession, namelessQemu} from '../../../fakes/blind-session.js'
import {qemuFarm, type RealQemu} from '../../../fakes/real-qemu.js'
import {runHandler} from '../../../fakes/run-handler.js'

const groupName = execFileSync('id', ['-gn'], {encoding: 'utf8'}).trim()

const farm = qemuFarm()
const {signal} = new AbortController()
const task = {id: '1', target: {host: 'localhost'}, type: 'QEMU', verb: 'list', ask: {}, timeoutMs: 20_000} as const
let session: HostSession
let managed: RealQemu
let foreign: RealQemu
let shared: RealQemu

const hostile = "we're $(touch /tmp/x)\n`id`;\t\x1b[31m"

beforeAll(async () => {
  session = farm.fence(await createLocalTransport().open(task.target, {signal}))
  managed = await farm.start({label: 'listed-b', args: ['-vnc', '127.0.0.1:77']})
  foreign = await farm.start({label: 'listed-a', managed: false, args: ['-S', '-global', `x.y=${hostile}`]})
  shared = await farm.start({label: 'listed-c', machine: 'pc', qmp: false, mux: true, args: ['-S']})
})

afterAll(async () => {
  await farm.stop()
  await session.close()
})

async function listAll(host = session): Promise<ListData> {
  const data = await runHandler(list, task, {session: host, signal, note: () => undefined})
  if (data.kind !== 'list') throw new Error('no list')
  return data
}

test('a machine of ctys is listed with what its argv, its configuration and its monitor say', async () => {
  const {machines} = await listAll()
  expect(machines.find(({pid}) => pid === managed.pid)).toEqual({
    type: 'QEMU',
    label: 'listed-b',
    id: managed.config,
    uuid: managed.uuid,
    macs: ['00:50:56:13:11:33'],
    tcps: ['172.20.1.33'],
    vncDisplay: '77',
    cport: '5977',
    sport: managed.sockets.qmp,
    pid: managed.pid,
    startTime: expect.stringMatching(/^\d+$/),
    uid: userInfo().username,
    gid: groupName,
    exePath: '/usr/bin/qemu-system-x86_64',
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    accelerator: 'QEMU',
    arch: 'x86_64',
    state: 'running',
    managed: true,
    disk: `${managed.dir}/listed-b.img`,
    proof: 'user',
  })
})

test('a foreign machine is told apart and its hostile arguments come through unchanged', async () => {
  const {machines} = await listAll()
  expect(machines.find(({pid}) => pid === foreign.pid)).toMatchObject({
    label: 'listed-a',
    id: '',
    managed: false,
    state: 'prelaunch',
  })
  const {processes} = await scanQemu(session, {signal})
  expect(processes.find(({pid}) => pid === foreign.pid)?.argv).toContain(`x.y=${hostile}`)
})

test.each([
  ['an empty host', {hidden: false, hangs: false}, {}],
  ['one that hides the processes of others', {hidden: true, hangs: false}, {hidden: true}],
  ['one whose storage hangs', {hidden: false, hangs: true, seen: namelessQemu}, {wedged: true}],
  ['one whose storage hangs and where no QEMU is', {hidden: false, hangs: true}, {}],
])('%s says what it does not show', async (_what, how, expected) => {
  const {kind: _kind, machines, ...rest} = await listAll(blindSession(session, how))
  expect(rest).toEqual(expected)
  expect(machines).toHaveLength('wedged' in expected ? 1 : 0)
})

test('this host shows all its processes', async () => {
  expect(await listAll()).not.toHaveProperty('hidden')
})

test('the list is sorted by label', async () => {
  const labels = (await listAll()).machines.map(({label}) => label)
  expect(labels).toEqual([...labels].sort())
})

/** QEMU makes the socket's file a moment before it listens there. */
function connectSoon(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const end = performance.now() + 5000
    const attempt = (): void => {
      const socket = connect(path)
      socket.once('connect', () => resolve(socket))
      socket.once('error', (error) => (performance.now() < end ? setTimeout(attempt, 50) : reject(error)))
    }
    attempt()
  })
}

test('a monitor held by somebody else makes the state unknown and nothing worse', async () => {
  const held = await farm.start({label: 'listed-d', machine: 'pc', qmp: false, mux: true, args: ['-S']})
  const holder = await connectSoon(held.sockets.mux)
  const [process] = (await scanQemu(session, {signal})).processes.filter(({pid}) => pid === held.pid)
  if (process === undefined) throw new Error('not found')
  const started = performance.now()
  expect(await queryState(session, process, signal)).toBe('unknown')
  expect(performance.now() - started).toBeLessThan(3_500)
  holder.destroy()
})

test('the console socket answers as a monitor and is given back to the console', async () => {
  const [process] = (await scanQemu(session, {signal})).processes.filter(({pid}) => pid === shared.pid)
  if (process === undefined) throw new Error('not found')
  expect(await queryState(session, process, signal)).toBe('prelaunch')
  const version = await withMonitor(session, process, {deadlineMs: 3_000, signal}, (monitor) => monitor.version())
  expect(version).toMatch(/^\d+\.\d+\.\d+/)
  const console = connect(shared.sockets.mux)
  const seen = await new Promise<string>((resolve) => {
    let text = ''
    console.on('data', (data) => {
      text += data.toString()
    })
    console.write('info status\n')
    setTimeout(() => resolve(text), 500)
  })
  console.destroy()
  expect(seen).not.toContain('VM status')
})
