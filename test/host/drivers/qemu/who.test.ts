/** Real processes that are, or are not, the machine they call themselves. */
import {type ChildProcess, execFileSync, type SpawnOptions, spawn} from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, dirname, join, resolve} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import {emptyRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {MachineAddress} from '../../../../src/domain/machine/machine-address.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import type {EnumeratedMachine} from '../../../../src/domain/work/answers.js'
import type {TaskOf} from '../../../../src/domain/work/plan.js'
import {chooseMachines} from '../../../../src/drivers/qemu/cancel/find.js'
import {findRunning, refuseDiskInUse} from '../../../../src/drivers/qemu/create/judge.js'
import {queryState} from '../../../../src/drivers/qemu/monitor/monitor.js'
import {proveMonitors} from '../../../../src/drivers/qemu/monitor/proof.js'
import {type QemuProcess, type SeenProcesses, scanQemu} from '../../../../src/drivers/qemu/process/processes.js'
import {proveProcess} from '../../../../src/drivers/qemu/process/prove.js'
import {diskUsersScript} from '../../../../src/drivers/qemu/remote/disk-users.js'
import {processesScript} from '../../../../src/drivers/qemu/remote/processes.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'

const qemu = 'qemu-system-x86_64'
const idle = ['-M', 'none', '-accel', 'tcg', '-nodefaults', '-S', '-display', 'none']
const uuid = '11111111-2222-4333-8444-555555555555'
const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--']
const {signal} = new AbortController()
let session: HostSession
let root: string
let children: ChildProcess[] = []

beforeAll(async () => {
  session = await createLocalTransport().open({host: 'localhost'}, {signal})
  root = mkdtempSync(join(tmpdir(), 'ctys-who-'))
  chmodSync(root, 0o755)
})

afterAll(async () => {
  await session.close()
  rmSync(root, {recursive: true, force: true})
})

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  children = []
})

function run(argv: readonly string[], options: Pick<SpawnOptions, 'cwd' | 'env'> = {}): number {
  const [program = '', ...rest] = argv
  const child = spawn(program, rest, {cwd: root, stdio: 'ignore', ...options})
  children.push(child)
  return child.pid ?? 0
}

/** Until a look at the host fits: a process that has just been started may still be the program that starts it. */
async function seenWhen(fits: (seen: SeenProcesses) => boolean): Promise<SeenProcesses> {
  const end = performance.now() + 20_000
  for (;;) {
    const seen = await scanQemu(session, {signal})
    if (fits(seen)) return seen
    if (performance.now() > end) throw new Error('the process was not seen')
    await sleep(20)
  }
}

function withPid(pid: number): (seen: SeenProcesses) => boolean {
  return ({processes}) => processes.some((process) => process.pid === pid)
}

async function inspect(pid: number): Promise<QemuProcess> {
  const {processes} = await seenWhen(withPid(pid))
  const process = processes.find((each) => each.pid === pid)
  if (process === undefined) throw new Error(`process ${pid} is gone`)
  return process
}

/** A directory with a configuration and an image, of root unless an owner is named. */
function machineAt(label: string, owner = 0): EnumeratedMachine {
  const dir = join(root, label)
  const id = join(dir, `${label}.ctys`)
  mkdirSync(dir)
  writeFileSync(id, `#!/bin/sh\n#@#MAGICID-QEMU\n#@#LABEL = "${label}"\n#@#UUID = "${uuid}"\n`)
  writeFileSync(join(dir, `${label}.img`), Buffer.alloc(512))
  if (owner !== 0) execFileSync('chown', ['-R', String(owner), dir])
  return {type: 'QEMU', label, id, uuid: uuid.replaceAll('-', ''), interfaces: []}
}

function imageOf({id}: EnumeratedMachine): string {
  return id.replace(/\.ctys$/, '.img')
}

function stopTask(machine: MachineAddress, foreign = false): TaskOf<'cancel'> {
  const ask = {machine, how: 'poweroff', force: false, foreign, graceMs: 0} as const
  return {id: '1', target: {host: 'localhost'}, type: 'QEMU', verb: 'cancel', ask, timeoutMs: 20_000}
}

function choose(task: TaskOf<'cancel'>) {
  return chooseMachines(task, {session, signal})
}

describe.skipIf(process.getuid?.() !== 0)('who is that process', () => {
  test('with -async-teardown a machine is there once, and its helper cannot be stopped instead', async () => {
    const pid = run([qemu, ...idle, '-name', 'who-teardown', '-async-teardown'])
    await seenWhen(withPid(pid))
    const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    while (children() === '') await sleep(20)
    const {processes} = await scanQemu(session, {signal})
    expect(processes.filter(({label}) => label === 'who-teardown').map((process) => process.pid)).toEqual([pid])
  })

  test('in another mount namespace a QEMU is foreign, whatever its paths say, and is not part of all', async () => {
    const machine = machineAt('who-space')
    const pid = run([
      'unshare',
      '-m',
      qemu,
      ...idle,
      '-name',
      'who-space',
      '-drive',
      `file=${imageOf(machine)},format=raw,if=none`,
    ])
    const process = await inspect(pid)
    expect(process).toMatchObject({isolated: true})
    expect(process).not.toHaveProperty('config')
    await expect(choose(stopTask({label: 'who-space'}))).rejects.toMatchObject({code: 'FOREIGN_MACHINE'})
    expect((await choose(stopTask({pid}, true))).processes).toMatchObject([{pid}])
  })

  test('with -chroot its paths are still those of the host, and it is asked by the socket it made before', async () => {
    const machine = machineAt('who-chroot')
    const jail = join(root, 'jail')
    mkdirSync(jail)
    const monitor = ['-monitor', `unix:${join(root, 'who-chroot.mon')},server,nowait`]
    const drive = ['-drive', 'file=who-chroot.img,format=raw,if=none']
    const argv = [qemu, ...idle, '-name', 'who-chroot', ...drive, ...monitor, '-chroot', jail]
    const pid = run(argv, {cwd: join(root, 'who-chroot')})
    await expect.poll(() => readlinkSync(`/proc/${pid}/root`), {timeout: 20_000}).toBe(jail)
    const process = await inspect(pid)
    expect(process).toMatchObject({isolated: false, config: {path: machine.id}})
    expect(await queryState(session, process, signal)).toBe('prelaunch')
  })

  test.each([
    ['who-daemon', 'who-daemon.img', 'who-daemon', 'prelaunch', ''],
    ['who-beside', '/', 'who-beside', 'prelaunch', ''],
    ['who-apart', '/', '.', 'unknown', 'lost'],
    ['who-root', '/', '/', 'prelaunch', ''],
  ])(
    'of a QEMU that daemonized the relative names it was given are known: %s',
    async (label, file, dir, state, why) => {
      const machine = machineAt(label)
      const drive = ['-name', label, '-drive', `file=${file === '/' ? imageOf(machine) : file},format=raw,if=none`]
      const pidFile = join(root, `${label}.pid`)
      const words = [...drive, '-monitor', `unix:./${label}.m,server,nowait`, '-pidfile', pidFile, '-daemonize']
      execFileSync(qemu, [...idle, ...words], {cwd: resolve(root, dir), stdio: 'ignore'})
      const pid = Number(readFileSync(pidFile, 'utf8'))
      try {
        const found = await inspect(pid)
        expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/')
        expect(found).toMatchObject({label, config: {path: machine.id}})
        expect(await queryState(session, found, signal)).toBe(state)
        if (why !== '')
          expect(JSON.stringify((await proveMonitors(session, [found], {signal})).get(pid))).toContain(why)
        const seen = await scanQemu(session, {signal})
        expect((await findRunning(machine, seen, {session, signal})).running?.pid).toBe(pid)
      } finally {
        process.kill(pid, 'SIGKILL')
        rmSync(resolve(root, dir, `${label}.m`))
      }
    },
  )

  test.each(['sh', 'bash'])(
    '%s: a host where no process 2 is to be seen (a container, hidepid=2) shows its processes',
    (shell) => {
      const space = ['--pid', '--fork', '--mount-proc']
      const said = execFileSync('unshare', [...space, shell, '-c', processesScript.text, shell, 'MARK', '1'])
      expect(said.toString()).toMatch(/host\0[-0-9a-f]+\0pid:\[\d+\]\0{3}MARK\0whole\0MARK\0$/)
    },
  )

  test("a nobody's fake neither blocks a start nor is found in place of the machine", async () => {
    const machine = machineAt('who-fake')
    const pid = run([...nobody, qemu, ...idle, '-name', 'who-fake', '-uuid', uuid])
    const seen = await seenWhen(withPid(pid))
    const {running, saw} = await findRunning(machine, seen, {session, signal})
    expect(running).toBeUndefined()
    expect(saw).toEqual([expect.stringContaining(`process ${pid} of nobody calls itself who-fake`)])
  })

  test('a monitor that answers is no evidence against open files that say otherwise', async () => {
    const machine = machineAt('who-monitor')
    const socket = join(root, 'monitors', 'q')
    mkdirSync(join(root, 'monitors'))
    chmodSync(join(root, 'monitors'), 0o777)
    const monitor = ['-qmp', `unix:${socket},server=on,wait=off`]
    const pid = run([...nobody, qemu, ...idle, '-name', 'who-monitor', '-uuid', uuid, ...monitor])
    const seen = await seenWhen((inspect) => withPid(pid)(inspect) && existsSync(socket))
    expect((await findRunning(machine, seen, {session, signal})).running).toBeUndefined()
    rmSync(imageOf(machine))
    expect((await findRunning(machine, seen, {session, signal})).running?.pid).toBe(pid)
  })

  test('who may only read an image does not hold it; who has it open for writing does', async () => {
    const machine = machineAt('who-reader')
    // QEMU opens for reading only what it may not write, or does not write yet
    const drive = ['-drive', `file=${imageOf(machine)},format=raw,if=none`]
    const reader = run([...nobody, qemu, ...idle, '-name', 'who-reader', ...drive])
    expect(await inspect(reader)).toMatchObject({proof: 'none', claims: machine.id})
    const seen = await scanQemu(session, {signal})
    expect((await findRunning(machine, seen, {session, signal})).running).toBeUndefined()
    const open = ['sh', '-c', 'exec 9<>"$1" && shift && exec "$@"', 'sh', imageOf(machine)]
    const holder = run([...open, ...nobody, qemu, ...idle, '-name', 'other', '-uuid', uuid])
    const both = await seenWhen(withPid(holder))
    expect((await findRunning(machine, both, {session, signal})).running?.pid).toBe(holder)
  })

  test('who has a disk of it open for writing under another name is told, and is not the machine', async () => {
    const machine = machineAt('who-holder')
    const link = join(root, 'elsewhere.img')
    symlinkSync(imageOf(machine), link)
    const open = ['sh', '-c', 'exec 9<>"$1" && shift && exec "$@"', 'sh', link]
    const drive = ['-drive', `file=${link},format=raw,if=none,file.locking=off`]
    const holder = run([...open, qemu, ...idle, '-name', 'unrelated', ...drive])
    const seen = await seenWhen(withPid(holder))
    expect(await findRunning(machine, seen, {session, signal})).toEqual({saw: []})
    await expect(refuseDiskInUse(machine, seen, {session, signal})).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(`process ${holder} (unrelated) of root has it open for writing`),
      hint: expect.stringContaining(`ctys stop pid:${holder} localhost --foreign`),
    })
  })

  test.each([
    ['for writing, under a name that is none of QEMU', '9<>"$1"', true],
    ['for reading', '9<"$1"', false],
  ])('a program that has a disk of it open %s', async (_what, redirection, stops) => {
    const machine = machineAt(stops ? 'who-renamed' : 'who-watcher')
    const program = join(root, stops ? 'vmm' : 'watcher')
    copyFileSync('/bin/sleep', program)
    const pid = run(['sh', '-c', `exec ${redirection} && shift && exec "$@"`, 'sh', imageOf(machine), program, '600'])
    await expect.poll(() => readlinkSync(`/proc/${pid}/exe`), {timeout: 20_000}).toBe(program)
    const seen = await scanQemu(session, {signal})
    expect(seen.processes.map((process) => process.pid)).not.toContain(pid)
    const refusal = refuseDiskInUse(machine, seen, {session, signal})
    if (!stops) await expect(refusal).resolves.toBeUndefined()
    else {
      await expect(refusal).rejects.toMatchObject({
        code: 'ALREADY_RUNNING',
        message: expect.stringContaining(`process ${pid} (vmm) of root has it open for writing`),
        hint: `see what it does, and let it end: ps -fp ${pid}`,
      })
      const record = {...emptyRecord(), type: 'QEMU', host: 'localhost', label: 'who-renamed', id: machine.id}
      await expect(choose({...stopTask({label: 'who-renamed'}), record})).rejects.toMatchObject({
        code: 'NOT_RUNNING',
        details: [`a disk of it is in use: process ${pid} (vmm) of root has it open for writing`],
      })
    }
  })

  test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])(
    'a program that has a disk of it open behind a hard link or another mount is seen by its inode, under %s',
    async (...shell) => {
      const name = `who-inode-${shell[0]}`
      const machine = machineAt(name)
      const look = () => {
        const args = [...shell.slice(1), '-c', diskUsersScript.text, 'disk-users', machine.id]
        return execFileSync(shell[0] as string, args, {encoding: 'utf8'})
      }
      const hold = async (argv: readonly string[]) => {
        const pid = run(argv)
        await expect.poll(() => readdirSync(`/proc/${pid}/fd`), {timeout: 20_000}).toContain('9')
        await expect.poll(() => readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('sleep\n')
        return pid
      }
      const opening = (file: string) => ['sh', '-c', 'exec 9<>"$1" && exec sleep 600', 'sh', file]
      const link = join(root, `${name}.hard`)
      linkSync(imageOf(machine), link)
      const other = join(root, `${name}.other`)
      writeFileSync(other, 'x'.repeat(512))
      await hold(opening(other))
      expect(look()).toBe('')
      const first = await hold(opening(link))
      expect(look()).toBe(`uses ${first} root sleep\n`)
      const mount = mkdtempSync(join(root, 'mount-'))
      const there = 'mount --bind "$1" "$2" && exec 9<>"$2/$3" && exec sleep 600'
      const file = imageOf(machine)
      const second = await hold(['unshare', '-m', 'sh', '-c', there, 'sh', dirname(file), mount, basename(file)])
      expect(look()).toBe(
        [first, second]
          .map(String)
          .sort()
          .map((pid) => `uses ${pid} root sleep\n`)
          .join(''),
      )
    },
  )

  test('a machine of ctys with another configuration that has it open is told how to be stopped', async () => {
    const machine = machineAt('who-shared')
    const other = machineAt('who-sharer')
    const open = ['sh', '-c', 'exec 8<>"$1" 9<>"$2" && shift 2 && exec "$@"', 'sh', imageOf(machine), imageOf(other)]
    const pid = run([
      ...open,
      qemu,
      ...idle,
      '-name',
      'who-sharer',
      '-drive',
      `file=${imageOf(other)},format=raw,if=none`,
    ])
    const seen = await seenWhen(withPid(pid))
    await expect(refuseDiskInUse(machine, seen, {session, signal})).rejects.toMatchObject({
      message: expect.stringContaining(`process ${pid} (who-sharer) of root`),
      hint: `stop that one first: ctys stop pid:${pid} localhost`,
    })
  })

  test.each(['dash', 'bash', 'mksh'])('%s: a loop device that writes to a disk of it is one that uses it', (shell) => {
    const machine = machineAt(`who-loop-${shell}`)
    const block = mkdtempSync(join(root, 'block-'))
    const loop = (name: string, file: string, ro: string) => {
      mkdirSync(join(block, name, 'loop'), {recursive: true})
      writeFileSync(join(block, name, 'loop/backing_file'), `${file}\n`)
      writeFileSync(join(block, name, 'ro'), `${ro}\n`)
    }
    loop('loop0', '/elsewhere.img', '0')
    loop('loop1', imageOf(machine), '1')
    mkdirSync(join(block, 'loop2'))
    const text = diskUsersScript.text.replaceAll('/sys/block/', `${block}/`)
    const look = () => execFileSync(shell, ['-c', text, 'disk-users', machine.id], {encoding: 'utf8'})
    expect(look()).toBe('')
    loop('loop3', imageOf(machine), '0')
    expect(look()).toBe('loop /dev/loop3\n')
  })

  test('a log that lies beside the disks and is written is no disk', async () => {
    const machine = machineAt('who-log')
    const log = join(root, 'who-log', 'serial.out')
    writeFileSync(log, 'hello\n')
    renameSync(imageOf(machine), join(root, 'who-log', 'disk.qcow2'))
    run(['sh', '-c', 'exec 9<>"$1" && exec sleep 600', 'sh', log])
    await expect.poll(() => readdirSync(`/proc/${children.at(-1)?.pid}/fd`), {timeout: 20_000}).toContain('9')
    await expect(
      refuseDiskInUse(machine, await scanQemu(session, {signal}), {session, signal}),
    ).resolves.toBeUndefined()
  })

  test('QEMU that was started by the dynamic loader is a machine, and can be proven', async () => {
    const machine = machineAt('who-loader')
    const program = execFileSync('sh', ['-c', `readlink -f "$(command -v ${qemu})"`], {encoding: 'utf8'}).trim()
    const drive = ['-drive', `file=${imageOf(machine)},format=raw,if=none`]
    // it looks for its modules beside the program that runs, which is the loader
    const modules = ['/usr/lib/x86_64-linux-gnu/qemu', '/usr/lib/qemu', '/usr/lib64/qemu-kvm'].find(existsSync)
    const loader = readdirSync('/lib64').find((name) => name.startsWith('ld-linux'))
    const pid = run([`/lib64/${loader}`, '--inhibit-cache', program, ...idle, '-name', 'who-loader', ...drive], {
      env: {...process.env, QEMU_MODULE_DIR: modules},
    })
    const found = await inspect(pid)
    expect(found).toMatchObject({config: {path: machine.id}, arch: 'x86_64', imagePath: imageOf(machine)})
    expect(basename(found.exePath)).toMatch(/^ld-/)
    expect((await choose(stopTask({label: 'who-loader'}))).processes).toMatchObject([{pid}])
    expect(await proveProcess(session, found, {send: '0'})).toBe('same')
  })

  test('what stands in a file is known of a QEMU that was told to read it there', async () => {
    const machine = machineAt('who-config')
    const file = join(root, 'who-config', 'qemu.cfg')
    const socket = join(root, 'who-config', 'q')
    const rows = [
      '# by hand',
      '[name]',
      '  guest = "who-config"',
      '[drive "d"]',
      `  file = "${imageOf(machine)}"`,
      '  format = "raw"',
      '  if = "none"',
      '[chardev "m"]',
      '  backend = "socket"',
      `  path = "${socket}"`,
      '  server = "on"',
      '  wait = "off"',
      '[mon]',
      '  chardev = "m"',
      '  mode = "control"',
    ]
    writeFileSync(file, `${rows.join('\n')}\n`)
    const pid = run([qemu, ...idle, '-readconfig', file])
    await expect.poll(() => existsSync(socket), {timeout: 20_000}).toBe(true)
    const found = await inspect(pid)
    expect(found).toMatchObject({label: 'who-config', config: {path: machine.id}, proof: 'user'})
    expect(await queryState(session, found, signal)).toBe('prelaunch')
    expect(await proveProcess(session, found, {send: '0'})).toBe('same')
    // what was written since says nothing of a QEMU that runs
    const rewritten = async () => {
      writeFileSync(file, '[name]\n  guest = "another"\n')
      return (await inspect(pid)).commandLine
    }
    await expect.poll(rewritten, {timeout: 20_000}).toMatchObject({name: '', unreadConfig: true})
  })

  test('the user whose files they are needs no open disk', async () => {
    const machine = machineAt('who-owner', 65534)
    const pid = run([
      ...nobody,
      qemu,
      ...idle,
      '-name',
      'who-owner',
      '-drive',
      `file=${imageOf(machine)},format=raw,if=none`,
    ])
    expect(await inspect(pid)).toMatchObject({proof: 'user', config: {path: machine.id}})
  })

  test('twins of two users are told apart by their processes, and each can be named', async () => {
    const one = run([...nobody, qemu, ...idle, '-name', 'who-twin'])
    const other = run(['setpriv', '--reuid', '65533', '--clear-groups', '--', qemu, ...idle, '-name', 'who-twin'])
    await seenWhen((seen) => withPid(one)(seen) && withPid(other)(seen))
    await expect(choose(stopTask({label: 'who-twin'}))).rejects.toMatchObject({
      code: 'MACHINE_AMBIGUOUS',
      details: expect.arrayContaining([`pid:${one}`, `pid:${other}`]),
    })
    expect((await choose(stopTask({pid: other}, true))).processes).toMatchObject([{pid: other}])
  })

  test('a script that is called like QEMU is judged, and is no machine', async () => {
    const script = join(root, qemu)
    writeFileSync(script, '#!/bin/sh\nwhile :; do sleep 1; done\n', {mode: 0o755})
    const pid = run([script, '-name', 'who-script'])
    const {processes, judged} = await seenWhen((seen) => seen.judged.includes(pid))
    expect(judged).toContain(pid)
    expect(processes.map((process) => process.pid)).not.toContain(pid)
  })
})
