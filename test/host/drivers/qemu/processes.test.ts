import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {PreconditionError} from '../../../../src/domain/errors.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import {scanQemu} from '../../../../src/drivers/qemu/process/processes.js'
import {readProcesses} from '../../../../src/drivers/qemu/process/read-processes.js'
import {diskUsersScript} from '../../../../src/drivers/qemu/remote/disk-users.js'
import {processesScript} from '../../../../src/drivers/qemu/remote/processes.js'
import {proveKillScript} from '../../../../src/drivers/qemu/remote/prove-kill.js'
import {renamedFunctions} from '../../../../src/drivers/qemu/remote/renamed.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {qemuFarm} from '../../../fakes/real-qemu.js'

const groupName = execFileSync('id', ['-gn'], {encoding: 'utf8'}).trim()

const mark = 'mark'
const uuid = '11111111222233334444555555555555'
const {signal} = new AbortController()
const farm = qemuFarm()
let session: HostSession

beforeAll(async () => {
  session = farm.fence(await createLocalTransport().open({host: 'localhost'}, {signal}))
})

afterAll(async () => {
  await farm.stop()
  await session.close()
})

test.each([processesScript, proveKillScript, diskUsersScript])('$name is clean POSIX shell', ({text}) => {
  expect(spawnSync('shellcheck', ['-s', 'sh', '-'], {input: text, encoding: 'utf8'}).stdout).toBe('')
  expect(spawnSync('dash', ['-n'], {input: text, encoding: 'utf8'})).toMatchObject({status: 0, stderr: ''})
})

/** One chunk of the script's output; a last field without NUL is text up to the mark. */
function chunk(fields: readonly string[], text = ''): string {
  return `${fields.map((field) => `${field}\0`).join('')}${text}\0${mark}\0`
}

/** Parent, session, name, mounts, KVM, cgroup. */
const more = ['1', '42', 'qemu-system-x86', 'same', '0', '/']

function linux(pid: string, exe: string, argv: readonly string[]): string {
  const facts = chunk(['process', pid, '12345', exe, '/vm/web01', '0', '108', 'root', 'kvm', ...more])
  return facts + chunk(['words', pid, '12345', ...argv])
}

const qemu = '/usr/bin/qemu-system-x86_64'

test.each([
  ['a QEMU', qemu, ['qemu-system-x86_64'], true],
  ['a QEMU whose program was upgraded meanwhile', `${qemu} (deleted)`, ['qemu-system-x86_64'], true],
  ['a QEMU called kvm', qemu, ['/usr/bin/kvm'], true],
  ['a QEMU with another argv[0]', qemu, ['microvm'], true],
  ['a QEMU of another user', '', ['/usr/libexec/qemu-kvm'], true],
  ['a wrapped QEMU', '/nix/store/x/bin/.qemu-system-x86_64-wrapped', ['qemu-system-x86_64'], true],
  ['a QEMU of another user that was called by another name', '', ['web-shadow', '-M', 'none'], true],
  ['a QEMU of another user that was called by no name', '', ['', '-M', 'none'], true],
  ["another user's script that is called like it", '', ['/bin/sh', '/opt/qemu-system-x86_64', '-M', 'none'], false],
  ["another user's script with an option", '', ['/bin/sh', '-e', '/opt/qemu-system-x86_64'], false],
  ['a shell that mentions QEMU', '/bin/dash', ['sh', '-c', 'qemu-system-x86_64'], false],
  ['a shell that calls itself QEMU', '/bin/dash', ['qemu-system-x86_64'], false],
  ['qemu-img', '/usr/bin/qemu-img', ['qemu-img', 'info'], false],
  ['the user mode emulator', '/usr/bin/qemu-x86_64', ['qemu-x86_64', '/bin/ls'], false],
  ['vdeq, which only starts QEMU', '/usr/bin/vdeq', ['vdeq', 'qemu-system-x86_64'], false],
  ['a kernel thread', '', [], false],
])('%s: %s is told by its executable', (_what, exe, argv, expected) => {
  expect(readProcesses(Buffer.from(linux('42', exe, argv)), mark).processes).toHaveLength(expected ? 1 : 0)
})

test('a pid that changed hands while it was read is left out', () => {
  const output = linux('42', qemu, ['qemu-system-x86_64']) + chunk(['vanished', '42'])
  expect(readProcesses(Buffer.from(output), mark).processes).toEqual([])
})

test('empty and blank arguments, line ends and the last empty argument survive', () => {
  const argv = ['qemu-system-x86_64', '-name', '', '-append', ' a  b ', '-k', 'c\nd', '']
  expect(readProcesses(Buffer.from(linux('42', qemu, argv)), mark).processes[0]?.argv).toEqual(argv)
})

const configText = (label: string, id = uuid) => `#@#MAGICID-QEMU\n#@#LABEL = "${label}"\n#@#UUID = "${id}"\n`

test.each([
  ['the directory', ['/vm/web01/disk.img'], '/vm/web01/web01.ctys', true],
  ['the image', ['/vm/images/web01.img'], '/vm/images/web01.ctys', true],
  ['the label', ['-name', 'web01', '/vm/images/disk.img'], '/vm/images/web01.conf', true],
  ['the directory of a relative image', ['./disk.img'], '/vm/web01/web01.ctys', true],
  ['the directory of -drive', ['-drive', 'file=/vm/web01/a.img,if=virtio'], '/vm/web01/web01.ctys', true],
  ['the directory of a kernel', ['-kernel', '/vm/web01/vmlinuz'], '/vm/web01/web01.ctys', true],
  ['nothing', ['/vm/web01/disk.img'], '/vm/web01/other.ctys', false],
  ['a label that leads elsewhere', ['-name', '../etc/web01', '/vm/a/disk.img'], '/vm/a/../etc/web01.ctys', false],
])('the configuration is found by %s', (_rule, args, path, found) => {
  const output = linux('42', qemu, ['qemu-system-x86_64', ...args]) + chunk(['config', path], configText('web01'))
  const [process] = readProcesses(Buffer.from(output), mark).processes
  expect(process?.config?.path).toBe(found ? path : undefined)
  expect(process?.label).toBe(found ? 'web01' : args[0] === '-name' ? args[1] : '')
})

test('the directory goes before the image, and a file of another UUID or type is passed over', () => {
  const argv = ['qemu-system-x86_64', '-uuid', uuid, '/vm/web01/disk.img']
  const files = [
    chunk(['config', '/vm/web01/web01.ctys'], configText('wrong', uuid.replaceAll('1', '9'))),
    chunk(['config', '/vm/web01/web01.conf'], 'no configuration of ours\n'),
    chunk(['config', '/vm/web01/disk.ctys'], configText('right')),
  ]
  const [process] = readProcesses(Buffer.from(linux('42', qemu, argv) + files.join('')), mark).processes
  expect(process).toMatchObject({label: 'right', config: {path: '/vm/web01/disk.ctys'}})
})

test('an argv that imitates the frame does not make a second process', async () => {
  const forged = `x\n${linux('1', qemu, ['qemu-system-x86_64'])}`.replaceAll('\0', '\n')
  const vm = await farm.start({label: 'p-forged', args: ['-global', `a.b=${forged}`]})
  const found = (await scanQemu(session, {signal})).processes.filter(({pid}) => pid === vm.pid || pid === 1)
  expect(found.map(({pid}) => pid)).toEqual([vm.pid])
  expect(found[0]?.argv).toContain(`a.b=${forged}`)
})

test('a QEMU that renamed itself is found by its executable, and its start time is field 22 whatever its name', async () => {
  const vm = await farm.start({label: 'p-renamed', args: ['-name', 'p-renamed,process=a) b (c']})
  const found = (await scanQemu(session, {signal})).processes.find(({pid}) => pid === vm.pid)
  expect(found).toMatchObject({
    label: 'p-renamed',
    config: {path: vm.config},
    user: userInfo().username,
    group: groupName,
  })
  expect(Number(found?.startTime)).toBeGreaterThan(0)
})

test.each([
  ['nothing', ''],
  ['the beginning', chunk(['process', '42', '12345', qemu])],
  ['chunks of something else', chunk(['x']).repeat(3)],
  ['no last chunk', linux('42', qemu, ['qemu-system-x86_64'])],
])('a host that says %s and ends well is not one without machines', async (_what, said) => {
  const script: HostSession['script'] = async (_script, [given = '']) => {
    return {exitCode: 0, stdout: Buffer.from(said.replaceAll(mark, given)), stderr: Buffer.alloc(0)}
  }
  await expect(scanQemu({...session, script}, {signal})).rejects.toMatchObject({code: 'COMMAND_FAILED'})
})

test('a copy of QEMU under a name that says nothing is found by its options and its program', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ctys-renamed-'))
  const modules = ['/usr/lib/x86_64-linux-gnu/qemu', '/usr/lib/qemu', '/usr/lib64/qemu'].find((path) =>
    existsSync(path),
  )
  copyFileSync(qemu, join(dir, 'hyper'))
  const drive = ['-drive', 'file=null-co://,format=raw,if=none']
  const child = spawn(join(dir, 'hyper'), ['-M', 'none', '-nodefaults', '-display', 'none', '-name', 'hy', ...drive], {
    env: {...process.env, ...(modules !== undefined && {QEMU_MODULE_DIR: modules})},
    stdio: 'ignore',
  })
  const unfenced = await createLocalTransport().open({host: 'localhost'}, {signal})
  try {
    await expect
      .poll(async () => (await scanQemu(unfenced, {signal})).processes.find(({pid}) => pid === child.pid)?.label)
      .toBe('hy')
  } finally {
    await unfenced.close()
    child.kill('SIGKILL')
    rmSync(dir, {recursive: true, force: true})
  }
})

test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])(
  'another program is no QEMU whatever its options (%s)',
  (...shell) => {
    const [program = '', ...words] = shell
    const script = `${renamedFunctions}says_qemu $$ || echo no`
    const options = ['-m', '1', '-smp', '1', '-drive', 'x']
    expect(spawnSync(program, [...words, '-c', script, ...options], {encoding: 'utf8'}).stdout).toBe('no\n')
  },
)

test('when a file system hangs the processes are listed without configurations', async () => {
  const asked: string[] = []
  const hanging: HostSession = {
    ...farm.fence(session),
    script: async (_script, [given = '', configs = '']) => {
      asked.push(configs)
      if (configs === '1') throw new PreconditionError('COMMAND_TIMEOUT', 'hangs')
      const stdout = linux('42', qemu, ['qemu-system-x86_64', '-name', 'web01']) + chunk([], 'whole')
      return {exitCode: 0, stdout: Buffer.from(stdout.replaceAll(mark, given)), stderr: Buffer.alloc(0)}
    },
  }
  expect(await scanQemu(hanging, {signal})).toMatchObject({processes: [{pid: 42, label: 'web01'}], wedged: true})
  expect(asked).toEqual(['1', '0'])
})

test('where /proc is not that of Linux the table of ps is used, with the names of the owners', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ctys-ps-'))
  try {
    mkdirSync(join(dir, 'web01'))
    writeFileSync(join(dir, 'web01', 'web01.ctys'), configText('web01'))
    const image = join(dir, 'web01', 'disk.img')
    const row = `  77     0     0 Fri Nov 20 10:00:01 2026     qemu-system-x86_64 -name x ${image}`
    writeFileSync(join(dir, 'ps'), `#!/bin/sh\necho '    1 0 0 Fri Nov 20 10:00:00 2026 /sbin/init'\necho '${row}'\n`, {
      mode: 0o755,
    })
    const text = processesScript.text.replaceAll('/proc/', `${dir}/no-proc/`)
    const {status, stdout} = spawnSync('dash', ['-c', text, 'processes', mark, '1'], {
      env: {PATH: `${dir}:/usr/bin:/bin`},
    })
    expect(status).toBe(0)
    expect(readProcesses(stdout, mark).processes).toMatchObject([
      {
        pid: 77,
        startTime: 'Fri Nov 20 10:00:01 2026',
        user: 'root',
        group: 'root',
        label: 'web01',
        config: {path: join(dir, 'web01', 'web01.ctys')},
      },
    ])
  } finally {
    rmSync(dir, {recursive: true})
  }
})

test('a host of Linux whose first process cannot be read hides those of others; an argv cannot say so', async () => {
  const run = (text: string) =>
    readProcesses(spawnSync('dash', ['-c', text, 'processes', mark, '0'], {maxBuffer: 2 ** 26}).stdout, mark)
  expect(run(processesScript.text).hidden).toBe(false)
  expect(run(processesScript.text.replaceAll('/proc/1/stat', '/proc/none/stat')).hidden).toBe(true)
  const argv = ['qemu-system-x86_64', 'hidden']
  expect(readProcesses(Buffer.from(linux('42', qemu, argv)), mark).hidden).toBe(false)
})

test.each([
  ['1000', '    1', false],
  ['1000', '   11', true],
  ['0', '   11', false],
])('where ps tells, user %s who sees no process but %s: some are hidden is %s', (uid, pid, hidden) => {
  const dir = mkdtempSync(join(tmpdir(), 'ctys-ps-'))
  try {
    const row = `${pid}  1000     1 Fri Nov 20 10:00:01 2026     sh 1 /sbin/init`
    writeFileSync(join(dir, 'ps'), `#!/bin/sh\necho '${row}'\n`, {mode: 0o755})
    writeFileSync(join(dir, 'id'), `#!/bin/sh\necho ${uid}\n`, {mode: 0o755})
    const text = processesScript.text.replaceAll('/proc/', `${dir}/no-proc/`)
    const env = {PATH: `${dir}:/usr/bin:/bin`}
    const {stdout} = spawnSync('dash', ['-c', text, 'processes', mark, '1'], {env})
    expect(readProcesses(stdout, mark)).toMatchObject({processes: [], hidden})
  } finally {
    rmSync(dir, {recursive: true})
  }
})

test.each([
  ['0', 'Fri Nov 20 10:00:01 2026', ['web01'], 'same'],
  ['0', 'Fri Nov 20 10:00:02 2026', ['web01'], 'reused'],
  ['0', 'Fri Nov 20 10:00:01 2026', ['web'], 'different'],
  ['0', 'Fri Nov 20 10:00:01 2026', [], 'different'],
])('with ps alone, signal %s, start %s and words %j give the verdict %s', (send, start, words, verdict) => {
  const dir = mkdtempSync(join(tmpdir(), 'ctys-ps-'))
  try {
    writeFileSync(join(dir, 'ps'), "#!/bin/sh\necho 'Fri Nov 20 10:00:01 2026     qemu-system-x86_64 -name web01'\n", {
      mode: 0o755,
    })
    const text = proveKillScript.text.replaceAll('/proc/', `${dir}/no-proc/`)
    const args = [send, '77', start, 'qemu-system-x86_64', ...words]
    const {stdout} = spawnSync('dash', ['-c', text, 'prove', ...args], {
      env: {PATH: `${dir}:/usr/bin:/bin`},
      encoding: 'utf8',
    })
    expect(stdout.trim()).toBe(verdict)
  } finally {
    rmSync(dir, {recursive: true})
  }
})

interface Row {
  readonly pid?: string
  readonly uid?: string
  readonly exe?: string
  readonly parent?: string
  readonly session?: string
  readonly name?: string
  readonly mounts?: string
  readonly kvm?: string
  readonly cgroup?: string
  readonly argv: readonly string[]
}

function row({pid = '42', uid = '1000', exe = qemu, parent = '1', session = '42', argv, ...entry}: Row): string {
  const {name = 'qemu-system-x86', mounts = 'same', kvm = '0', cgroup = '/'} = entry
  const owner = [uid, uid, 'someone', 'someone']
  const facts = chunk(['process', pid, '7', exe, '/vm/web01', ...owner, parent, session, name, mounts, kvm, cgroup])
  return facts + chunk(['words', pid, '7', ...argv])
}

function read(...chunks: readonly string[]) {
  return readProcesses(Buffer.from(chunks.join('')), mark)
}

const web01 = ['qemu-system-x86_64', '-name', 'web01', '-drive', 'file=/vm/web01/web01.img']
const web01Config = chunk(['config', '/vm/web01/web01.ctys'], configText('web01'))

test.each([
  ['the image it has open', {}, [chunk(['holds', '42', '/vm/web01/web01.img'])], 'disk'],
  ['the owner of the configuration', {}, [chunk(['belongs', '/vm/web01/web01.ctys', '1000'])], 'user'],
  ['root', {uid: '0'}, [], 'user'],
  ['its words alone', {}, [], 'none'],
  ['an image of another process', {}, [chunk(['holds', '43', '/vm/web01/web01.img'])], 'none'],
  ['another image it has open', {}, [chunk(['holds', '42', '/tmp/own/own.img'])], 'none'],
  ['the owner of another configuration', {}, [chunk(['belongs', '/tmp/own/own.ctys', '1000'])], 'none'],
] as const)('a process is the machine by %s, or only claims to be', (_what, entry, evidence, proof) => {
  const {processes} = read(row({...entry, argv: web01}), ...evidence, web01Config)
  const [process] = processes
  expect(process?.proof).toBe(proof)
  expect(process?.config?.path).toBe(proof === 'none' ? undefined : '/vm/web01/web01.ctys')
  expect(process?.claims).toBe(proof === 'none' ? '/vm/web01/web01.ctys' : undefined)
})

test('a child with the program and the words of its parent belongs to it, also when it forks again', () => {
  const {processes} = read(
    row({argv: web01}),
    row({pid: '43', parent: '42', name: 'cleanup/42', argv: web01}),
    row({pid: '44', parent: '43', argv: web01}),
    row({pid: '45', parent: '42', argv: [...web01, '-S']}),
  )
  expect(processes.map(({pid}) => pid)).toEqual([42, 45])
})

test('of a QEMU that daemonizes the child in a session of its own stays', () => {
  const argv = [...web01, '-daemonize']
  const {processes} = read(row({argv}), row({pid: '43', parent: '42', session: '43', argv}))
  expect(processes.map(({pid}) => pid)).toEqual([43])
})

test('what still frees the memory of a QEMU that is gone is no machine', () => {
  const {processes} = read(row({pid: '43', parent: '1', name: 'cleanup/42', kvm: '', argv: web01}))
  expect(processes).toEqual([])
})

test('the paths of another mount namespace are not those of the host', () => {
  const {processes} = read(row({uid: '0', mounts: 'other', argv: web01}), web01Config)
  expect(processes[0]).toMatchObject({isolated: true, label: 'web01'})
  expect(processes[0]).not.toHaveProperty('config')
})

test.each([
  [['-version'], 0],
  [['-nodefaults', '--help'], 0],
  [['-M', 'help'], 0],
  [['-name', 'web01', '-cpu', 'help'], 0],
  // what libvirt starts to see what this QEMU can do
  [['-S', '-machine', 'none,accel=kvm:tcg', '-qmp', 'unix:/var/lib/libvirt/qemu/qmp-8x/qmp.monitor,server,nowait'], 0],
  [['-machine', 'none', '-qmp', 'unix:/tmp/m,server,nowait'], 1],
  [['-append', '-version', '-hda', '/vm/web01/web01.img'], 1],
  [['-name', '-version'], 1],
])('%j is a machine: %i', (words, count) => {
  expect(read(row({argv: ['qemu-system-x86_64', ...words]})).processes).toHaveLength(count)
})

test.each([
  ['which it changed itself', ['-chroot', '/var/empty'], false],
  ['which it changed itself, as newer ones say it', ['-run-with', 'user=x,chroot=/var/empty'], false],
  ['into which it was put', [], true],
])('in another root directory, %s, its paths are those of the host or not', (_what, words, isolated) => {
  const {processes} = read(row({uid: '0', mounts: 'root', argv: [...web01, ...words]}), web01Config)
  expect(processes[0]).toMatchObject({isolated})
  expect(processes[0]?.config?.path).toBe(isolated ? undefined : '/vm/web01/web01.ctys')
})

test('relative names belong to the directory in which it was started', () => {
  const argv = ['qemu-system-x86_64', '-daemonize', '-hda', 'web02.img', '-monitor', 'unix:m,server,nowait']
  const config = chunk(['config', '/vm/web02/web02.ctys'], configText('web02'))
  const {processes} = read(row({uid: '0', argv}), chunk(['place', '42', '/vm/web02']), config)
  expect(processes[0]).toMatchObject({
    ...{config: {path: '/vm/web02/web02.ctys'}, disks: ['/vm/web02/web02.img']},
    monitorSockets: [{kind: 'hmp', path: '/vm/web02/m'}],
  })
})

test.each([
  ['-M', 'q35,accel=kvm:xen'],
  ['-accel', 'kvm,xen-version=0x40011,kernel-irqchip=split'],
])('%s %s, which only knows of Xen, is a machine', (...words) => {
  expect(read(row({argv: ['qemu-system-x86_64', ...words]})).processes).toHaveLength(1)
})

test.each([
  ['xen-domid', ['-xen-domid', '7', '-machine', 'xenfv']],
  ['a machine of Xen', ['-M', 'xenpv']],
  ['the accelerator', ['-machine', 'pc,accel=xen']],
  ['-accel', ['-accel', 'xen']],
  ['the first of several', ['-M', 'pc,accel=xen:tcg']],
])('a device model of Xen, told by %s, is no machine', (_what, words) => {
  const seen = read(row({uid: '0', argv: ['/usr/lib/xen/bin/qemu-system-i386', '-name', 'guest7', ...words]}))
  expect(seen.processes).toEqual([])
  expect(seen.deviceModels).toEqual([{pid: 42, name: 'guest7'}])
})

test('the configuration beside any of the disks counts, the proven one and the one with its name first', () => {
  const drives = ['/vm/data/data.img', '/vm/web01/web01.img'].flatMap((file) => ['-drive', `file=${file}`])
  const argv = ['qemu-system-x86_64', ...drives]
  const data = chunk(['config', '/vm/data/data.ctys'], '#@#MAGICID-QEMU\n#@#LABEL = "data"\n')
  const held = chunk(['holds', '42', '/vm/web01/web01.img'])
  expect(read(row({argv}), held, data, web01Config).processes[0]?.config?.path).toBe('/vm/web01/web01.ctys')
  const named = [...argv, '-name', 'web01']
  expect(read(row({uid: '0', argv: named}), data, web01Config).processes[0]?.config?.path).toBe('/vm/web01/web01.ctys')
  expect(read(row({uid: '0', argv}), data, web01Config).processes[0]?.config?.path).toBe('/vm/data/data.ctys')
})

const whole = (uid: string) => [chunk(['told', uid]), chunk([]), chunk(['end', uid, 'someone'])]
const cutOff = (uid: string, rest = '') => [chunk([], rest), chunk(['end', uid, 'someone'])]

test('what was cut off counts for nothing, and its user is said not to be whole', () => {
  const others = row({pid: '41', uid: '1001', argv: web01})
  const rest = `config\0/vm/web01/web01.ctys\0${configText('web01')}`
  const seen = read(row({argv: web01}), others, ...cutOff('1000', rest), ...whole('1001'))
  expect(seen.processes).toMatchObject([
    {pid: 41, unread: false},
    {pid: 42, unread: true},
  ])
  expect(seen).toMatchObject({wedged: true, unseen: [{user: 'someone', why: 'wedged'}]})
  expect(seen.processes[1]).not.toHaveProperty('config')
})

test('a process that did not say how it was called may be QEMU, unless its program is another', () => {
  const facts = (exe: string) => row({exe, argv: []}).split(`words\0`)[0] ?? ''
  expect(read(facts(''), ...cutOff('1000'))).toMatchObject({
    processes: [],
    unseen: [{user: 'someone', why: 'stuck'}],
    judged: [],
  })
  expect(read(facts('/bin/dash'), ...cutOff('1000'))).toMatchObject({unseen: [], judged: [42]})
  // gone before it was asked
  expect(read(facts(''), ...whole('1000'))).toMatchObject({processes: [], unseen: []})
})

test('words of another process that had the pid are not its own', () => {
  const [facts = ''] = row({argv: []}).split('words\0')
  expect(read(facts, chunk(['words', '42', '8', ...web01])).processes).toEqual([])
})

test('a crowd of one user is told', () => {
  const crowd = chunk(['crowd', '1000', 'someone', '5000'])
  expect(read(crowd).unseen).toEqual([{user: 'someone', why: 'crowd', count: 5000}])
})

test('every process that was looked at is judged, QEMU or not', () => {
  expect(read(row({argv: web01}), row({pid: '43', exe: '/bin/dash', argv: web01})).judged).toEqual([42, 43])
})

test.each([
  ['1', [], 'KVM'],
  ['1', ['-accel', 'tcg'], 'KVM'],
  ['0', ['-accel', 'kvm', '-accel', 'tcg'], 'QEMU'],
  ['0', ['-machine', 'q35,accel=kvm:tcg'], 'QEMU'],
  ['', ['-machine', 'q35,accel=kvm:tcg'], 'unknown'],
  ['', ['-accel', 'tcg', '-accel', 'kvm'], 'QEMU'],
  ['', ['-M', 'accel=tcg', '-enable-kvm'], 'KVM'],
  ['0', ['-accel', 'kvm'], 'KVM'],
  ['', ['-accel', 'kvm'], 'KVM'],
  ['0', ['-readconfig', '/run/x/qemu.conf'], 'unknown'],
  ['0', ['-readconfig', '/run/x/qemu.conf', '-accel', 'tcg'], 'QEMU'],
  ['', [], 'QEMU'],
])('KVM descriptor %j and %j: %s', (kvm, words, accelerator) => {
  expect(read(row({kvm, argv: ['qemu-system-x86_64', ...words]})).processes[0]?.accelerator).toBe(accelerator)
})

test.each([
  ['/usr/bin/kvm', '', 'KVM', 'x86_64'],
  ['/usr/libexec/qemu-kvm', '0', 'QEMU', 'x86_64'],
  ['/usr/bin/kvm-spice', '1', 'KVM', 'x86_64'],
  ['/nix/store/x/bin/.qemu-system-aarch64-wrapped', '0', 'QEMU', 'aarch64'],
])('%s, KVM descriptor %j, is %s on %s', (exe, kvm, accelerator, arch) => {
  const seen = read(chunk(['host', 'boot', 'pid:[4026531836]', 'x86_64']), row({exe, kvm, argv: [exe]}))
  expect(seen.processes[0]).toMatchObject({accelerator, arch})
  expect(seen.hostId).toBe('boot pid:[4026531836]')
})
