import {existsSync} from 'node:fs'
import {connect} from 'node:net'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {ConnectError, PreconditionError} from '../../../../src/domain/errors.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import {formatTarget} from '../../../../src/domain/target.js'
import type {CancelledMachine} from '../../../../src/domain/work/answers.js'
import type {CancelAsk} from '../../../../src/domain/work/asks.js'
import type {TaskOf} from '../../../../src/domain/work/plan.js'
import {cancel} from '../../../../src/drivers/qemu/cancel/cancel.js'
import {stopMachine} from '../../../../src/drivers/qemu/cancel/ladder.js'
import {queryState} from '../../../../src/drivers/qemu/monitor/monitor.js'
import {type QemuProcess, scanQemu} from '../../../../src/drivers/qemu/process/processes.js'
import {proveProcess} from '../../../../src/drivers/qemu/process/prove.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {blindSession, namelessQemu} from '../../../fakes/blind-session.js'
import {qemuFarm, type RealQemu} from '../../../fakes/real-qemu.js'
import {runHandler} from '../../../fakes/run-handler.js'

const farm = qemuFarm()
const {signal} = new AbortController()
let session: HostSession

beforeAll(async () => {
  // what a suspend notes lies with the machines
  vi.stubEnv('CTYS_SOCKBASE', farm.root)
  session = farm.fence(await createLocalTransport().open({host: 'localhost'}, {signal}))
})

afterAll(async () => {
  await farm.stop()
  await session.close()
  vi.unstubAllEnvs()
})

function taskFor(machine: CancelAsk['machine'], rest: Partial<CancelAsk> = {}): TaskOf<'cancel'> {
  const ask = {how: 'poweroff', force: false, graceMs: 0, ...rest, machine} as const
  return {id: '1', target: {host: 'localhost'}, type: 'QEMU', verb: 'cancel', ask, timeoutMs: 60_000}
}

async function run(
  task: TaskOf<'cancel'>,
  notes: Pick<string[], 'push'> = [],
  stop = signal,
): Promise<readonly CancelledMachine[]> {
  const data = await runHandler(cancel, task, {session, signal: stop, note: (text) => notes.push(text)})
  return data.machines
}

const tooLate = new PreconditionError('COMMAND_TIMEOUT', 'sh did not end')

async function processOf({pid}: RealQemu): Promise<QemuProcess> {
  const found = (await scanQemu(session, {signal})).processes.find((process) => process.pid === pid)
  if (found === undefined) throw new Error(`not running: ${pid}`)
  return found
}

test.concurrent('a deaf guest is asked twice, with a clock, and then ended by quit', async () => {
  await farm.start({label: 'c-deaf'})
  const notes: string[] = []
  const started = performance.now()
  const [machine] = await run(taskFor({label: 'c-deaf'}, {graceMs: 2_000}), notes)
  expect(performance.now() - started).toBeGreaterThan(2_000)
  expect(machine?.step).toBe('quit')
  expect(notes).toContain('c-deaf: power button, 2 s left')
  expect(notes.at(-1)).toBe('c-deaf: quit')
})

test.concurrent('a frozen QEMU is not asked and left as it is; by force it ends by SIGKILL and leaves no socket', async () => {
  const vm = await farm.start({label: 'c-frozen'})
  vm.child.kill('SIGSTOP')
  await expect(run(taskFor({label: 'c-frozen'}, {graceMs: 60_000}))).rejects.toMatchObject({
    code: 'MONITOR_FAILED',
    message: expect.stringContaining('SIGSTOP'),
    hint: `let it run on (kill -CONT ${vm.pid}), or end it without asking: ctys stop c-frozen localhost --force`,
  })
  expect(vm.isAlive()).toBe(true)
  const [machine] = await run(taskFor({label: 'c-frozen'}, {force: true}))
  expect(machine).toMatchObject({state: 'gone', step: 'SIGKILL'})
  expect(existsSync(vm.sockets.qmp)).toBe(false)
})

test.concurrent('a monitor held by somebody else is not asked, and told with its holder; by force the machine ends', async () => {
  const vm = await farm.start({label: 'c-held'})
  const holder = connect(vm.sockets.qmp)
  await new Promise((resolve) => holder.once('data', resolve))
  await expect(run(taskFor({label: 'c-held'}, {graceMs: 60_000}))).rejects.toMatchObject({
    code: 'MONITOR_FAILED',
    message: expect.stringMatching(`its monitor is held by .*process ${process.pid}, `),
    hint: expect.stringContaining('ctys stop c-held localhost --force'),
  })
  expect(vm.isAlive()).toBe(true)
  const [machine] = await run(taskFor({label: 'c-held'}))
  expect(machine).toMatchObject({state: 'gone', step: 'SIGTERM'})
  holder.destroy()
})

test.concurrent('a deaf guest is not rebooted by force, and it can still power off afterwards', async () => {
  const vm = await farm.start({label: 'c-reboot'})
  const task = taskFor({label: 'c-reboot'}, {how: 'reboot', graceMs: 1_000})
  await expect(run(task)).rejects.toMatchObject({code: 'STOP_FAILED'})
  expect(await queryState(session, await processOf(vm), signal)).toBe('running')
})

test.concurrent('Ctrl-C stops the climbing and says that the machine still runs', async () => {
  const vm = await farm.start({label: 'c-ctrl'})
  const stop = new AbortController()
  const watch = {
    push: (text: string) => {
      if (text.includes('s left')) stop.abort()
      return 0
    },
  }
  await expect(run(taskFor({label: 'c-ctrl'}, {graceMs: 60_000}), watch, stop.signal)).rejects.toMatchObject({
    code: 'INTERRUPTED',
    message: 'c-ctrl: stopped by the user after powerButton; it still runs',
  })
  expect(vm.isAlive()).toBe(true)
})

test('poweroff without grace ends a machine by quit and says so', async () => {
  const vm = await farm.start({label: 'c-quit'})
  expect(await run(taskFor({label: 'c-quit'}))).toEqual([
    {
      label: 'c-quit',
      id: vm.config,
      uuid: vm.uuid,
      pid: vm.pid,
      state: 'gone',
      step: 'quit',
      ms: expect.any(Number),
    },
  ])
  await vm.ended
})

test('force does not ask the guest', async () => {
  await farm.start({label: 'c-force'})
  const notes: string[] = []
  expect((await run(taskFor({label: 'c-force'}, {force: true, graceMs: 60_000}), notes))[0]?.step).toBe('quit')
  expect(notes.join()).not.toContain('power button')
})

test.each([
  ['its console socket', {label: 'c-mux', machine: 'pc', qmp: false, mux: true}],
  ['its human monitor', {label: 'c-hmp', qmp: false, hmp: true}],
] as const)('a machine without QMP is ended through %s', async (_name, spec) => {
  await farm.start(spec)
  expect((await run(taskFor({label: spec.label})))[0]?.step).toBe('quit')
})

test('a machine without any monitor is left as it is; by force it is ended by SIGTERM', async () => {
  const vm = await farm.start({label: 'c-mute', qmp: false})
  await expect(run(taskFor({label: 'c-mute'}, {graceMs: 30_000}))).rejects.toMatchObject({
    code: 'MONITOR_FAILED',
    message: expect.stringContaining('it has no monitor'),
  })
  expect(vm.isAlive()).toBe(true)
  expect((await run(taskFor({label: 'c-mute'}, {force: true, graceMs: 30_000})))[0]?.step).toBe('SIGTERM')
})

test('a pid that was given to another process is refused and nothing is sent to it', async () => {
  const vm = await farm.start({label: 'c-reused'})
  const process = {...(await processOf(vm)), startTime: '1'}
  const climb = {session, signal, note: () => undefined, process}
  await expect(stopMachine(climb, {force: true, graceMs: 0})).rejects.toMatchObject({code: 'STOP_UNPROVEN'})
  expect(await proveProcess(session, process, {send: 'KILL'})).toBe('reused')
  expect(vm.isAlive()).toBe(true)
})

test.each([
  ['another executable', (process: QemuProcess) => ({...process, exePath: '/usr/bin/other'})],
  ['another name', (p: QemuProcess) => ({...p, commandLine: {...p.commandLine, identity: ['c-other']}})],
  ['nothing that names it', (p: QemuProcess) => ({...p, commandLine: {...p.commandLine, identity: []}})],
])('a process with %s is not signalled', async (what, change) => {
  const vm = await farm.start({label: `c-${what.replaceAll(' ', '-')}`})
  const process = change(await processOf(vm))
  expect(await proveProcess(session, process, {send: 'KILL'})).toBe('different')
  expect(vm.isAlive()).toBe(true)
})

test('a proof that does not come in time is unproven, because its signal may have been sent', async () => {
  const vm = await farm.start({label: 'c-late'})
  const process = await processOf(vm)
  const slow = {...session, script: () => Promise.reject(tooLate)}
  await expect(proveProcess(slow, process, {send: 'KILL'})).rejects.toMatchObject({code: 'STOP_UNPROVEN'})
})

test('a process that has ended is gone, also while nobody has reaped it', async () => {
  const vm = await farm.start({label: 'c-ended'})
  const process = await processOf(vm)
  vm.child.kill('SIGKILL')
  await vm.ended
  expect(await proveProcess(session, process, {send: 'TERM'})).toBe('gone')
})

test('pause, resume and reset report the state that was seen', async () => {
  const vm = await farm.start({label: 'c-power'})
  expect(await run(taskFor({label: 'c-power'}, {how: 'pause'}))).toMatchObject([{step: 'pause', state: 'paused'}])
  expect(await queryState(session, await processOf(vm), signal)).toBe('paused')
  expect(await run(taskFor({label: 'c-power'}, {how: 'resume'}))).toMatchObject([{step: 'resume', state: 'running'}])
  expect(await run(taskFor({label: 'c-power'}, {how: 'reset'}))).toMatchObject([{step: 'reset', state: 'running'}])
})

test('a machine without a snapshot image cannot be suspended and goes on', async () => {
  const vm = await farm.start({label: 'c-suspend'})
  await expect(run(taskFor({label: 'c-suspend'}, {how: 'suspend'}))).rejects.toMatchObject({code: 'MONITOR_FAILED'})
  expect(await queryState(session, await processOf(vm), signal)).toBe('running')
})

test('a suspended machine has left its memory in the image and its process is gone', async () => {
  const vm = await farm.start({label: 'c-saved', qcow2: true})
  expect(await run(taskFor({label: 'c-saved'}, {how: 'suspend'}))).toMatchObject([
    {step: 'suspend', state: 'suspended', pid: vm.pid},
  ])
  await vm.ended
  const {stdout} = await session.exec(['qemu-img', 'snapshot', '-l', vm.config.replace(/ctys$/, 'img')])
  expect(stdout.toString()).toContain('ctys-suspend')
})

test('a machine without QMP cannot be rebooted, which is said before anything is done', async () => {
  await farm.start({label: 'c-noqmp', qmp: false, hmp: true})
  await expect(run(taskFor({label: 'c-noqmp'}, {how: 'reboot'}))).rejects.toMatchObject({code: 'UNSUPPORTED'})
})

test('a machine that does not run is NOT_RUNNING', async () => {
  const task = taskFor({label: 'c-nobody'})
  await expect(cancel.open(task, {session, signal, note: () => undefined})).rejects.toMatchObject({
    code: 'NOT_RUNNING',
    hint: `see: ctys list ${formatTarget(task.target)}`,
  })
})

test.each([
  ['the processes of others are hidden', {hidden: true, hangs: false}, 'PROCESSES_HIDDEN'],
  ['no configuration could be read', {hidden: false, hangs: true, seen: namelessQemu}, 'STORAGE_WEDGED'],
  ['storage hangs and no QEMU is', {hidden: false, hangs: true}, 'NOT_RUNNING'],
])('where %s, stopping a machine that is not found says so', async (_what, how, code) => {
  const cannotSee = blindSession(session, how)
  const context = {session: cannotSee, signal, note: () => undefined}
  await expect(cancel.open(taskFor({label: 'c-nobody'}), context)).rejects.toMatchObject({code})
})

test('all machines, where those of others are hidden, are all that can be seen, which is said', async () => {
  const notes: string[] = []
  const context = {session: blindSession(session, {hidden: true, hangs: false}), signal}
  const data = await runHandler(cancel, taskFor('all'), {...context, note: (text) => notes.push(text)})
  expect(data).toMatchObject({kind: 'cancel', machines: [], hidden: true})
  expect(notes).toEqual([])
})

test('two machines that fit are listed by their shortest own addresses, and none is touched', async () => {
  const label = 'c-twin'
  const one = await farm.start({label, managed: false})
  const other = await farm.start({label: 'c-twin-2', managed: false, args: ['-name', label]})
  await expect(run(taskFor({label}))).rejects.toMatchObject({
    code: 'MACHINE_AMBIGUOUS',
    details: expect.arrayContaining([`u:${one.uuid}`, `u:${other.uuid}`]),
  })
  expect([one.isAlive(), other.isAlive()]).toEqual([true, true])
})

test.each([
  ['uuid', (vm: RealQemu) => ({uuid: vm.uuid})],
  ['path', (vm: RealQemu) => ({path: vm.config})],
  ['filename', (vm: RealQemu) => ({filename: vm.config.slice(-12)})],
  ['tcp', () => ({tcp: '172.20.1.77'})],
] as const)('a machine is found by its %s', async (kind, address) => {
  const vm = await farm.start({label: `c-by-${kind}`, ip: '172.20.1.77'})
  expect(await run(taskFor(address(vm)))).toMatchObject([{label: `c-by-${kind}`, state: 'gone'}])
})

test('all ends every machine of ctys at the same time and leaves the foreign ones alone', async () => {
  const own = qemuFarm()
  const whole = await createLocalTransport().open({host: 'localhost'}, {signal})
  try {
    const [one, two, foreign] = [
      await own.start({label: 'c-all-1'}),
      await own.start({label: 'c-all-2'}),
      await own.start({label: 'c-all-3', managed: false}),
    ]
    const notes: string[] = []
    const context = {session: own.fence(whole), signal, note: (text: string) => void notes.push(text)}
    const data = await runHandler(cancel, taskFor('all'), context)
    expect(data).toMatchObject({
      machines: [
        {pid: one.pid, state: 'gone'},
        {pid: two.pid, state: 'gone'},
      ],
    })
    expect(foreign.isAlive()).toBe(true)
    const left = {pid: foreign.pid, label: 'c-all-3', uuid: foreign.uuid, why: 'foreign'}
    expect(data).toMatchObject({leftAlone: [left]})
    expect(await runHandler(cancel, taskFor('all'), context)).toMatchObject({machines: [], leftAlone: [left]})
  } finally {
    await own.stop()
    await whole.close()
  }
})

test('a foreign machine that cannot be asked is told with what really ends it', async () => {
  const own = qemuFarm()
  const whole = await createLocalTransport().open({host: 'localhost'}, {signal})
  try {
    const vm = await own.start({label: 'c-foreign-frozen', managed: false})
    vm.child.kill('SIGSTOP')
    const context = {session: own.fence(whole), signal, note: () => undefined}
    const asked = (force: boolean) => taskFor({pid: vm.pid}, {graceMs: 60_000, foreign: true, force})
    await expect(runHandler(cancel, asked(false), context)).rejects.toMatchObject({
      code: 'MONITOR_FAILED',
      hint: expect.stringContaining(`ctys stop pid:${vm.pid} localhost --force --foreign`),
    })
    expect(await runHandler(cancel, asked(true), context)).toMatchObject({machines: [{state: 'gone'}]})
  } finally {
    await own.stop()
    await whole.close()
  }
})

test('all is refused where machines of ctys cannot be told from foreign ones', async () => {
  const vm = await farm.start({label: 'c-wedged'})
  const script: HostSession['script'] = (text, args, options) =>
    args[1] === '1' ? Promise.reject(tooLate) : session.script(text, args, options)
  const context = {session: {...session, script}, signal, note: () => undefined}
  await expect(runHandler(cancel, taskFor('all'), context)).rejects.toMatchObject({code: 'STORAGE_WEDGED'})
  expect(vm.isAlive()).toBe(true)
})

test('of several failures the one that leaves the state unknown gives the code', async () => {
  const own = qemuFarm()
  const whole = await createLocalTransport().open({host: 'localhost'}, {signal})
  try {
    await own.start({label: 'c-some-1', qmp: false})
    const lost = await own.start({label: 'c-some-2', qmp: false})
    const fenced = own.fence(whole)
    const script: HostSession['script'] = async (text, args, options) => {
      if (text.name !== 'prove-kill') return fenced.script(text, args, options)
      if (args[1] === String(lost.pid)) throw new ConnectError('CONNECTION_LOST', 'gone')
      return {exitCode: 0, stdout: Buffer.from(args[0] === '0' ? 'same' : 'refused'), stderr: Buffer.alloc(0)}
    }
    const context = {session: {...fenced, script}, signal, note: () => undefined}
    await expect(runHandler(cancel, taskFor('all'), context)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      details: expect.arrayContaining([expect.stringMatching(/^STOP_FAILED: /)]),
    })
  } finally {
    await own.stop()
    await whole.close()
  }
})
