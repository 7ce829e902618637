/** A stop asks by whatever monitor there is, each alone, or says that it cannot. Real QEMUs. */
import {chmodSync, existsSync, rmSync, writeFileSync} from 'node:fs'
import {connect, createServer} from 'node:net'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {ConnectError} from '../../../../src/domain/errors.js'
import type {HostStream} from '../../../../src/domain/ports/host-stream.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import type {CancelledMachine} from '../../../../src/domain/work/answers.js'
import type {CancelAsk} from '../../../../src/domain/work/asks.js'
import {cancel} from '../../../../src/drivers/qemu/cancel/cancel.js'
import {list} from '../../../../src/drivers/qemu/list/list.js'
import {withMonitor} from '../../../../src/drivers/qemu/monitor/monitor.js'
import {scanQemu} from '../../../../src/drivers/qemu/process/processes.js'
import {passing} from '../../../../src/lib/passing.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {sessionUnderShell} from '../../../fakes/local-session.js'
import {withWords} from '../../../fakes/other-words.js'
import {type QemuSpec, qemuFarm, type RealQemu} from '../../../fakes/real-qemu.js'
import {runHandler} from '../../../fakes/run-handler.js'
import {freePort} from '../../../fakes/sshd.js'

const farm = qemuFarm()
const isRoot = process.getuid?.() === 0
const {signal} = new AbortController()
let session: HostSession

beforeAll(async () => {
  session = farm.fence(await createLocalTransport().open({host: 'localhost'}, {signal}))
})

afterAll(async () => {
  await farm.stop()
  await session.close()
})

async function stop(
  label: string,
  rest: Partial<CancelAsk> = {},
  {knownOn = [], at = session}: {readonly knownOn?: readonly string[]; readonly at?: HostSession} = {},
): Promise<{how?: CancelledMachine; notes: string[]}> {
  const notes: string[] = []
  const ask = {how: 'poweroff', force: false, graceMs: 600, machine: {label}, ...rest} as const
  const task = {id: '1', target: {host: 'localhost'}, type: 'QEMU', verb: 'cancel', timeoutMs: 60_000} as const
  const data = await runHandler(
    cancel,
    {...task, ask, knownOn},
    {session: at, signal, note: (text) => notes.push(text)},
  )
  const [how] = data.machines
  return {notes, ...(how !== undefined && {how})}
}

async function stateOf(vm: RealQemu): Promise<string | undefined> {
  const task = {id: '1', target: {host: 'localhost'}, type: 'QEMU', verb: 'list', ask: {}, timeoutMs: 20_000} as const
  const data = await runHandler(list, task, {session, signal, note: () => undefined})
  return data.machines.find(({pid}) => pid === vm.pid)?.state
}

async function tell(vm: RealQemu, line: string): Promise<string> {
  const process = (await scanQemu(session, {signal})).processes.find(({pid}) => pid === vm.pid)
  if (process === undefined) throw new Error(`not running: ${vm.label}`)
  return withMonitor(session, process, {deadlineMs: 5_000, signal}, (monitor) => monitor.human(line))
}

type Words = (port: number, path: string) => readonly string[]

const monitors: readonly (readonly [string, Words])[] = [
  ['-monitor tcp', (port) => ['-monitor', `tcp:127.0.0.1:${port},server,nowait`]],
  ['-monitor tcp on every address', (port) => ['-monitor', `tcp::${port},server=on,wait=off`]],
  ['-monitor telnet', (port) => ['-monitor', `telnet:127.0.0.1:${port},server,nowait`]],
  ['-qmp tcp', (port) => ['-qmp', `tcp:localhost:${port},server,nowait`]],
  ['-qmp-pretty telnet', (port) => ['-qmp-pretty', `telnet:127.0.0.1:${port},server=on,wait=off`]],
  ['-serial mon:telnet', (port) => ['-serial', `mon:telnet:127.0.0.1:${port},server,nowait`]],
  [
    'a character device on telnet',
    (port) => [
      '-chardev',
      `socket,id=m,host=127.0.0.1,port=${port},server=on,wait=off,telnet=on`,
      '-mon',
      'chardev=m,mode=readline',
    ],
  ],
  [
    'QMP on a character device on IPv6',
    (port) => ['-chardev', `socket,id=m,host=::1,port=${port},server=on,wait=off`, '-mon', 'm,mode=control'],
  ],
  [
    'one of a range of ports',
    (port) => ['-chardev', `socket,id=m,host=127.0.0.1,port=${port},to=${port + 3},server=on,wait=off`, '-mon', 'm'],
  ],
  [
    'a character device by name',
    (_, path) => ['-chardev', `socket,id=m,path=${path},server=on,wait=off`, '-monitor', 'chardev:m'],
  ],
]

describe('a deaf guest is asked and then ended through', () => {
  test.each(monitors)('%s', async (what, words) => {
    const label = `a-${what.replace(/[^a-z0-9]+/gi, '-')}`
    const args = words(await freePort(), join(farm.root, 'by-name'))
    const vm = await farm.start({label, machine: 'pc', qmp: false, args})
    await expect.poll(() => stateOf(vm), {timeout: 15_000}).toBe('running')
    const {how, notes} = await stop(label)
    expect(notes.some((text) => text.includes('power button'))).toBe(true)
    expect(how).toMatchObject({state: 'gone', step: 'quit'})
  })

  const listening = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1]); s.listen(1); os.dup2(s.fileno(), 20)
os.execvp(sys.argv[2], sys.argv[2:])`

  test('a descriptor it was given', async () => {
    const label = 'a-given'
    const args = ['-chardev', 'socket,id=m,fd=20,server=on,wait=off', '-mon', 'chardev=m,mode=control']
    await farm.start({label, qmp: false, args, through: ['python3', '-c', listening, join(farm.root, 'given')]})
    await expect
      .poll(async () => (await stop(label).catch(({message}) => message)).how?.step, {timeout: 15_000})
      .toBe('quit')
  })

  test('another monitor of the same process while one is held', async () => {
    const vm = await farm.start({label: 'a-other', hmp: true})
    const holder = connect(vm.sockets.qmp)
    await new Promise((resolve) => holder.once('data', resolve))
    expect((await stop('a-other')).how).toMatchObject({state: 'gone', step: 'quit'})
    holder.destroy()
  })
})

describe('a guest that cannot be asked is left as it is, and told with the reason:', () => {
  const config = join(farm.root, 'some.conf')
  interface Kind {
    readonly what: string
    readonly spec: QemuSpec
    readonly reason: RegExp
    readonly state: string
    readonly happens?: (vm: RealQemu) => void
  }
  const mute = (label: string, ...args: string[]): QemuSpec => ({label, qmp: false, args})
  const none = 'running (no monitor)'
  const kinds: readonly Kind[] = [
    {
      what: 'its socket was removed',
      spec: {label: 'n-removed'},
      reason: /qmp was removed/,
      state: 'unknown',
      happens: ({sockets}) => rmSync(sockets.qmp),
    },
    {
      what: 'its monitor is on stdio',
      spec: mute('n-stdio', '-monitor', 'stdio'),
      reason: /standard input/,
      state: none,
    },
    {what: 'its monitor is on a pty', spec: mute('n-pty', '-monitor', 'pty'), reason: /pseudo terminal/, state: none},
    {what: 'it has none', spec: mute('n-none', '-monitor', 'none'), reason: /has no monitor/, state: none},
    {
      what: 'its guest starts when somebody connects',
      spec: mute('n-waits', '-object', 'iothread,id=i', '-monitor', 'unix:m,server'),
      reason: /waits for somebody to connect/,
      state: 'unknown',
    },
    {
      what: 'its guest starts when somebody connects to its console',
      spec: mute('n-waits-too', '-serial', 'unix:s,server=on', '-monitor', 'unix:m,server,nowait'),
      reason: /waits for somebody to connect/,
      state: 'unknown',
    },
    {
      what: 'something has it that cannot be read again',
      spec: mute('n-file', '-readconfig', '/dev/null'),
      reason: /-readconfig/,
      state: 'unknown',
    },
    {
      what: 'a file does not name it',
      spec: mute('n-none-too', '-readconfig', config),
      reason: /no monitor/,
      state: none,
    },
    {
      what: 'it is frozen',
      spec: {label: 'n-frozen'},
      reason: /SIGSTOP/,
      state: 'unknown',
      happens: ({child}) => child.kill('SIGSTOP'),
    },
  ]
  test.each(kinds)('$what', async ({spec, reason, state, happens}) => {
    writeFileSync(config, '[memory]\n  size = "16M"\n')
    const vm = await farm.start(spec)
    await expect.poll(() => stateOf(vm), {timeout: 15_000}).toBe(happens === undefined ? state : 'running')
    happens?.(vm)
    expect(await stateOf(vm)).toBe(state)
    await expect(stop(spec.label, {graceMs: 60_000})).rejects.toMatchObject({
      code: 'MONITOR_FAILED',
      message: expect.stringMatching(reason),
      hint: expect.stringContaining(`ctys stop ${spec.label} localhost --force`),
    })
    expect(vm.isAlive()).toBe(true)
    expect((await stop(spec.label, {force: true})).how?.state).toBe('gone')
  })

  test.skipIf(!isRoot)('its socket, or the directory of it, is closed to this account', async () => {
    const nobody = sessionUnderShell(session, [
      'setpriv',
      '--reuid',
      '65534',
      '--regid',
      '65534',
      '--clear-groups',
      'sh',
    ])
    const vm = await farm.start({label: 'n-closed'})
    await expect.poll(() => stateOf(vm), {timeout: 15_000}).toBe('running')
    const asNobody = () => stop('n-closed', {machine: {pid: vm.pid}, foreign: true, graceMs: 60_000}, {at: nobody})
    const refused = {
      code: 'MONITOR_FAILED',
      message: expect.stringMatching(/this account may not use the socket .*, it is for root/),
      hint: expect.stringMatching(/^log in as root or root, or |^log in as root/),
    }
    chmodSync(farm.root, 0o755)
    await expect(asNobody()).rejects.toMatchObject(refused)
    chmodSync(farm.root, 0o700)
    await expect(asNobody()).rejects.toMatchObject(refused)
    expect((await stop('n-closed')).how?.step).toBe('quit')
  })

  test('what refused to be asked was resumed for it, and is said to run', async () => {
    const label = 'n-resumed'
    const vm = await farm.start({label})
    await stop(label, {how: 'pause'})
    // QEMU answers everything but the power button
    const deaf: HostSession = {
      ...session,
      open: async (to, limits) => {
        const stream = await session.open(to, limits)
        const write = stream.write.bind(stream)
        const changed = (data: unknown) => String(data).replace('"system_powerdown"', '"system_powerdwn"')
        return Object.assign(stream, {write: (data: unknown) => write(changed(data))})
      },
    }
    await expect(stop(label, {graceMs: 60_000}, {at: deaf})).rejects.toMatchObject({
      code: 'MONITOR_FAILED',
      message: expect.stringMatching(/it was resumed for that, and runs on$/),
    })
    expect(await stateOf(vm)).toBe('running')
    await stop(label, {force: true})
  })

  test.each([
    ['', Number.POSITIVE_INFINITY],
    [', also when its monitor is not reached again', 1],
  ])('what is in a state that no QEMU has had so far is asked, and not ended%s', async (_, reached) => {
    const label = `n-tomorrow-${reached}`
    let opened = 0
    const vm = await farm.start({label})
    const tomorrow: HostSession = {
      ...session,
      open: async (to, limits) => {
        if (++opened > reached) throw new ConnectError('UNREACHABLE', 'not now')
        return Object.assign(
          passing(await session.open(to, limits), {
            incoming: (data) => Buffer.from(data.toString().replace(/"status": "[a-z]+"/, '"status": "hibernating"')),
          }),
          {ended: Promise.resolve('')},
        ) satisfies HostStream
      },
    }
    await expect(stop(label, {}, {at: tomorrow})).rejects.toMatchObject({
      code: 'MONITOR_FAILED',
      message: expect.stringMatching(/in a state that ctys does not know; it was left as it is$/),
      hint: expect.stringContaining(`ctys stop ${label} localhost --force`),
    })
    expect(vm.isAlive()).toBe(true)
    await stop(label, {force: true})
  })

  test.each(['a b ', 'two\nlines', 'a,b=c', 'x'.repeat(300)])(
    'by the name %j it is asked all the same',
    async (name) => {
      const label = `n-name-${name.length}`
      const vm = await farm.start({label, args: ['-name', name.replaceAll(',', ',,')]})
      await expect.poll(() => stateOf(vm), {timeout: 15_000}).toBe('running')
      expect((await stop(label)).how?.step).toBe('quit')
    },
  )

  test('one without name, UUID and disk is asked by the socket that it holds', async () => {
    const path = join(farm.root, 'nameless')
    const vm = await farm.start({
      label: 'n-nameless',
      qmp: false,
      managed: false,
      bare: true,
      args: ['-monitor', `unix:${path},server,nowait`],
    })
    await expect.poll(() => stateOf(vm), {timeout: 15_000}).toBe('running')
    expect((await stop('', {machine: {pid: vm.pid}, foreign: true})).how?.step).toBe('quit')
  })

  test('one whose name stands in a file is found by what it says itself where the file is gone, or told where it says nothing', async () => {
    const named = join(farm.root, 'named.conf')
    writeFileSync(named, '[name]\n  guest = "n-in-file"\n')
    const spec = {managed: false, bare: true, qmp: false} as const
    const path = join(farm.root, 'in-file')
    const args = ['-readconfig', named, '-monitor', `unix:${path},server,nowait`]
    const vm = await farm.start({label: 'n-told', ...spec, args})
    const pidFile = join(farm.root, 'mute.pid')
    const mute = await farm.start({label: 'n-mute', ...spec, args: ['-readconfig', named, '-pidfile', pidFile]})
    await expect.poll(() => stateOf(vm), {timeout: 15_000}).toBe('running')
    await expect.poll(() => existsSync(pidFile), {timeout: 15_000}).toBe(true)
    rmSync(named)
    await expect(stop('n-in-file')).rejects.toMatchObject({
      code: 'FOREIGN_MACHINE',
      hint: expect.stringContaining(`pid:${vm.pid}`),
    })
    await expect(stop('n-other')).rejects.toMatchObject({
      code: 'NOT_RUNNING',
      details: [expect.stringMatching(`^process ${mute.pid} of .* in a file .*its address: pid:${mute.pid}$`)],
    })
    expect((await stop('n-in-file', {foreign: true})).how).toMatchObject({pid: vm.pid, step: 'quit'})
    expect(mute.isAlive()).toBe(true)
  })

  test('an agent that says nothing does not make the grace longer', async () => {
    const path = join(farm.root, 'silent.qga')
    const channel = ['-device', 'virtio-serial', '-chardev', `socket,id=qga,path=${path},server=on,wait=off`]
    const port = ['-device', 'virtserialport,chardev=qga,name=org.qemu.guest_agent.0']
    const took = async (label: string, args: readonly string[]) => {
      await farm.start({label, machine: 'pc', args: [...args]})
      const begun = performance.now()
      expect((await stop(label, {graceMs: 2_000})).how?.step).toBe('quit')
      return performance.now() - begun
    }
    const plain = await took('n-agentless', [])
    // it has three seconds to answer where there is time
    expect(await took('n-silent', [...channel, ...port])).toBeLessThan(plain + 0.8 * 3_000)
  })

  test('somebody else is on its port', async () => {
    const port = await freePort()
    const args = ['-monitor', `telnet:127.0.0.1:${port},server,nowait`]
    const vm = await farm.start({label: 'n-port', qmp: false, args})
    await expect.poll(() => stateOf(vm), {timeout: 15_000}).toBe('running')
    const holder = connect(port, '127.0.0.1')
    await new Promise((resolve) => holder.once('data', resolve))
    await expect(stop('n-port', {graceMs: 60_000})).rejects.toMatchObject({
      code: 'MONITOR_FAILED',
      message: expect.stringMatching(`held by .*process ${process.pid}, `),
    })
    holder.destroy()
    await expect.poll(() => stateOf(vm), {timeout: 15_000}).toBe('running')
    expect((await stop('n-port')).how?.state).toBe('gone')
  })
})

describe('a monitor is used only when the process itself listens there:', () => {
  test('not the one of another machine that its words name', async () => {
    const victim = await farm.start({label: 'w-victim'})
    const args = ['-qmp', `unix:${victim.sockets.qmp},server=on,wait=off`]
    const thief = await farm.start({
      label: 'w-thief',
      qmp: false,
      args: ['-chardev', `socket,id=own,path=${join(farm.root, 'own')},server=on,wait=off`, '-name', 'w-victim'],
      through: ['sh', '-c', 'exec "$@"', 'sh'],
    })
    const process = (await scanQemu(session, {signal})).processes.find(({pid}) => pid === thief.pid)
    if (process === undefined) throw new Error('not found')
    const claiming = withWords(process, [...process.argv, ...args])
    const use = withMonitor(session, claiming, {deadlineMs: 3_000, signal}, (monitor) => monitor.quit())
    await expect(use).rejects.toMatchObject({code: 'MONITOR_FAILED', message: expect.stringContaining('itself')})
    expect(victim.isAlive()).toBe(true)
  })

  test('not a port that another program holds', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const vm = await farm.start({label: 'w-port', qmp: false})
    const process = (await scanQemu(session, {signal})).processes.find(({pid}) => pid === vm.pid)
    if (process === undefined) throw new Error('not found')
    const claiming = withWords(process, [...process.argv, '-qmp', `tcp:127.0.0.1:${port},server=on,wait=off`])
    const use = withMonitor(session, claiming, {deadlineMs: 3_000, signal}, (monitor) => monitor.quit())
    await expect(use).rejects.toMatchObject({code: 'MONITOR_FAILED', message: expect.stringContaining('itself')})
    server.close()
  })
})

describe('each state has its own stop:', () => {
  test('paused is continued, then asked', async () => {
    const vm = await farm.start({label: 's-paused'})
    await stop('s-paused', {how: 'pause'})
    expect(await stateOf(vm)).toBe('paused')
    const {how, notes} = await stop('s-paused')
    expect(notes).toContain('s-paused: resumed, so that it can shut down')
    expect(how?.step).toBe('quit')
  })

  test('prelaunch is ended at once', async () => {
    const vm = await farm.start({label: 's-prelaunch', args: ['-S']})
    expect(await stateOf(vm)).toBe('prelaunch')
    const {how, notes} = await stop('s-prelaunch', {graceMs: 60_000})
    expect([how?.step, notes.some((text) => text.includes('power button'))]).toEqual(['quit', false])
  })

  test('a migration: neither side is continued, each is named', async () => {
    const uri = `unix:${join(farm.root, 'migrate')}`
    const source = await farm.start({label: 's-source', machine: 'pc'})
    const target = await farm.start({
      label: 's-target',
      machine: 'pc',
      uuid: dashed(source.uuid),
      args: ['-incoming', uri],
    })
    expect(await stateOf(target)).toBe('inmigrate')
    const refused = (other: string) => ({code: 'MONITOR_FAILED', message: expect.stringContaining(other)})
    await expect(stop('s-target')).rejects.toMatchObject(refused(uri))
    await expect(stop('s-target', {how: 'resume'})).rejects.toMatchObject(refused(uri))
    await tell(source, `migrate ${uri}`)
    await expect.poll(() => stateOf(source), {timeout: 20_000}).toBe('postmigrate')
    for (const how of ['poweroff', 'resume', 'pause', 'reset', 'suspend', 'reboot'] as const) {
      await expect(stop('s-source', {how})).rejects.toMatchObject(refused(`process ${target.pid}`))
    }
    expect(await stateOf(source)).toBe('postmigrate')
    expect(await stateOf(target)).toBe('running')
    // where it went cannot be seen here: what is known is said
    await stop('s-target', {force: true})
    const unseen = 'QEMU does not say where; '
    await expect(stop('s-source')).rejects.toMatchObject(refused(`${unseen}it is none of localhost, and no other host`))
    const places = `${unseen}of the hosts it may be on it is recorded for h2, h3: ctys list h2 h3`
    await expect(stop('s-source', {}, {knownOn: ['h2', 'h3']})).rejects.toMatchObject(refused(places))
    expect((await stop('s-source', {force: true})).how?.step).toBe('quit')
  })
})

function dashed(uuid: string): string {
  return uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
