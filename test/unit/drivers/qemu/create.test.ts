import {execFileSync} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir, userInfo} from 'node:os'
import {basename, dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {emptyRecord, type InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {HostContext} from '../../../../src/domain/ports/ports.js'
import type {CreateData} from '../../../../src/domain/work/answers.js'
import type {CreateAsk} from '../../../../src/domain/work/asks.js'
import type {TaskOf} from '../../../../src/domain/work/plan.js'
import {enumerateBases} from '../../../../src/drivers/host/scan/enumerate.js'
import {create} from '../../../../src/drivers/qemu/create/create.js'
import {exposedVnc} from '../../../../src/drivers/qemu/create/running.js'
import {startFunctions} from '../../../../src/drivers/qemu/remote/start-functions.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {blindSession} from '../../../fakes/blind-session.js'
import {sessionUnderShell} from '../../../fakes/local-session.js'
import {runHandler} from '../../../fakes/run-handler.js'

/** Each machine gets a label and UUID of its own: other tests run QEMUs on this machine too. */
let dir: string
let count = 0
const sockBase = () => join(dir, 's')

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-create-'))
  mkdirSync(sockBase())
  process.env.CTYS_SOCKBASE = sockBase()
  process.env.CTYS_TEST_DIR = dir
})
afterEach(async () => {
  for (const pid of livingProcesses(`CTYS_TEST_DIR=${dir}`)) end(pid)
  rmSync(dir, {recursive: true, force: true, maxRetries: 5})
  delete process.env.CTYS_SOCKBASE
  delete process.env.CTYS_TEST_DIR
})

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // what kept the log of one ends with it
  }
}

const hypervisor =
  'qemu-system-x86_64 -name "$label" -uuid "$uuid" -M none -accel tcg -nodefaults -S ' +
  '$screen ' +
  '-serial "mon:unix:$QEMUMONSOCK,server,nowait" -qmp "unix:$QEMUMONSOCK.qmp,server,nowait"'

interface Machine {
  readonly label: string
  readonly uuid: string
  readonly config: string
  readonly wrapper: string
}

/** `last` is how the wrapper ends; `start_qemu ARGUMENT...` in it becomes the QEMU. */
function machine(last = 'start_qemu', keys: readonly string[] = []): Machine {
  count += 1
  const label = `unit${process.pid}x${count}`
  const uuid = `${String(process.pid).padStart(8, '0')}-0000-4000-8000-${String(count).padStart(12, '0')}`
  const home = join(dir, 'vm', label)
  mkdirSync(home, {recursive: true})
  const config = join(home, `${label}.ctys`)
  const wrapper = join(home, `${label}.sh`)
  writeFileSync(config, ['#@#MAGICID-QEMU', `#@#LABEL = "${label}"`, `#@#UUID = "${uuid}"`, ...keys, ''].join('\n'))
  const script = [
    '#!/bin/sh',
    `label=${label} uuid=${uuid} display=''`,
    'for option; do case $option in --vncaccessdisplay=*) display=$(echo $option | cut -d= -f2) ;; esac; done',
    "screen='-display none'",
    'if [ -n "$display" ]; then screen="-vnc 127.0.0.1:$display"; fi',
    `echo "called with $*" >>${home}/calls`,
    `start_qemu() { exec ${hypervisor} "$@"; }`,
    last,
  ]
  writeFileSync(wrapper, `${script.join('\n')}\n`)
  chmodSync(wrapper, 0o755)
  return {label, uuid, config, wrapper}
}

function task(action: Partial<CreateAsk>, record?: InventoryRecord): TaskOf<'create'> {
  const ask: CreateAsk = {machine: {}, mode: 'new', console: 'NONE', timeoutMs: 8_000, ...action}
  return {
    id: 'j1',
    target: {host: 'localhost'},
    type: 'QEMU',
    verb: 'create',
    ask,
    timeoutMs: 20_000,
    ...(record !== undefined && {record}),
  }
}

/** One session for each task, closed afterwards: commands of one session run one after the other. */
async function withContext<T>(
  work: (context: HostContext) => Promise<T>,
  {signal, shell = ['sh']}: {signal?: AbortSignal; shell?: readonly string[]} = {},
): Promise<T> {
  const never = new AbortController().signal
  const session = await createLocalTransport().open({host: 'localhost'}, {signal: never})
  const host = sessionUnderShell(session, shell)
  try {
    return await work({session: host, signal: signal ?? never, note: () => undefined})
  } finally {
    await session.close()
  }
}

function run(one: TaskOf<'create'>, shell?: readonly string[]): Promise<CreateData> {
  return withContext(
    async (context) => {
      return runHandler(create, one, context)
    },
    {...(shell !== undefined && {shell})},
  )
}

const start = (label: string, more: Partial<CreateAsk> = {}) =>
  task({machine: {label, basePaths: [join(dir, 'vm')]}, ...more})

/** What a start of ours left running: its processes carry the token in their environment. */
const ours = () =>
  livingProcesses('\0CTYS_START=').filter((pid) => livingProcesses(`CTYS_TEST_DIR=${dir}`).includes(pid))
/** The QEMUs among them; beside each is what keeps its log. */
const guests = () => ours().filter((pid) => /qemu-system/.test(readlinkSync(`/proc/${pid}/exe`)))
/** Where locks and logs are. */
const privateDir = () => join(sockBase(), `ctys.${userName()}`)
const locks = () => readdirSync(privateDir()).filter((name) => name.endsWith('.lock'))

describe('create', () => {
  test('starts a machine through its wrapper and returns when its monitor answers', async () => {
    const {label, uuid, config} = machine()
    const data = await run(start(label, {bootMode: 'PXE', argsAdd: '-m 64'}))
    expect(data).toMatchObject({
      kind: 'create',
      reused: false,
      machine: {label, uuid: uuid.replaceAll('-', ''), state: 'prelaunch', version: expect.stringMatching(/^\d+\./)},
    })
    expect(guests()).toEqual([data.machine.pid])
    expect(data.machine.sport).toBe(join(sockBase(), `qemumon.${label}.${data.machine.pid}.${data.machine.uid}`))
    expect(existsSync(data.log)).toBe(true)
    expect(locks()).toEqual([])
    expect(config).toContain(label)
  })

  test('leaves one log a machine: that of the last start, and those of starts that still run', async () => {
    const {label} = machine()
    const other = machine()
    const name = (pid: number | string, one = label) => `${one}.${pid}.log`
    // of starts that are over, of one that is not, and of others: another label, no start at all
    const over = [999_999_999, 999_999_998].map((pid) => name(pid))
    const kept = [name(process.pid), name(999_999_999, other.label), name('1.9')]
    mkdirSync(privateDir())
    for (const file of [...over, `${over[0]}.tail`, ...kept]) writeFileSync(join(privateDir(), file), '')
    const {log} = await run(start(label))
    expect([dirname(log), statSync(dirname(log)).mode & 0o777]).toEqual([privateDir(), 0o700])
    const logs = readdirSync(privateDir()).filter((file) => /\.log(\.tail)?$/.test(file))
    expect(logs.sort()).toEqual([...kept, basename(log)].sort())
  })

  test('adds little to the time the wrapper itself takes', async () => {
    const {label} = machine()
    const began = performance.now()
    await run(start(label))
    expect(performance.now() - began).toBeLessThan(2_500)
  })

  test('of a machine that runs already is refused, reused or connected to', async () => {
    const {label} = machine()
    const first = await run(start(label))
    await expect(run(start(label))).rejects.toMatchObject({code: 'ALREADY_RUNNING', name: 'PreconditionError'})
    for (const mode of ['reuse', 'connect'] as const) {
      const again = await run(start(label, {mode}))
      expect([again.reused, again.machine.pid]).toEqual([true, first.machine.pid])
    }
    expect(guests()).toHaveLength(1)
  })

  test('with connect of a machine that does not run is refused', async () => {
    const {label} = machine()
    await expect(run(start(label, {mode: 'connect'}))).rejects.toMatchObject({code: 'NOT_RUNNING'})
  })

  test('where the processes of others are hidden says so, and connect does not call the machine off', async () => {
    const {label} = machine()
    const notes: string[] = []
    const runBlind = (one: TaskOf<'create'>) =>
      withContext((context) => {
        const session = blindSession(context.session, {hidden: true, hangs: false, seen: 'all'})
        return runHandler(create, one, {...context, session, note: (text) => notes.push(text)})
      })
    await expect(runBlind(start(label, {mode: 'connect'}))).rejects.toMatchObject({code: 'PROCESSES_HIDDEN'})
    expect(await runBlind(start(label))).toMatchObject({reused: false})
    expect(notes[0]).toContain('only its own processes')
  })

  test('by two at once starts the machine exactly once', async () => {
    const {label} = machine('sleep 0.3; start_qemu')
    const results = await Promise.allSettled([
      run(start(label, {mode: 'reuse'})),
      run(start(label, {mode: 'reuse'})),
      run(start(label, {mode: 'new'})),
    ])
    expect(guests()).toHaveLength(1)
    const data = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(data.filter(({reused}) => !reused).length).toBeLessThanOrEqual(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({code: 'ALREADY_RUNNING'})
    }
    expect(results.slice(0, 2).map(({status}) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(locks()).toEqual([])
  })

  test('sees a QEMU that was started meanwhile and calls itself something else', async () => {
    const {label} = machine('start_qemu -name "$label,process=renamed"')
    const late = start(label)
    await withContext(async (context) => {
      const begin = await create.open(late, context)
      await run(start(label))
      await expect(begin()).rejects.toMatchObject({code: 'ALREADY_RUNNING'})
    })
    expect(guests()).toHaveLength(1)
  })

  test('has no lock that was taken over between its making and its filling', async () => {
    const lock = join(dir, 'slow.lock')
    const slow = 'lock=$1; echo() { rm "$lock"; printf "1 1\\n" >"$lock"; printf "%s\\n" "$1"; }'
    const text = `${startFunctions}\n${slow}\ntake "$lock"`
    const {exitCode} = await withContext(({session}) => session.exec(['sh', '-c', text, 'sh', lock]))
    expect([exitCode, readFileSync(lock, 'utf8')]).toEqual([1, '1 1\n'])
  })

  test('of two machines at once gives each a VNC display of its own, on loopback only', async () => {
    const both = await Promise.all([machine(), machine()].map(({label}) => run(start(label, {console: 'VNC'}))))
    const [a, b] = both.map(({machine: {vncDisplay}}) => vncDisplay)
    expect(Number(a)).toBeGreaterThan(0)
    expect(a).not.toBe(b)
  })

  test('passes over a display another program listens on', async () => {
    const display = 1000 + (process.pid % 20_000)
    const {label} = machine(undefined, [`#@#VNCACCESSDISPLAY = "${display}"`])
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(5900 + display, '127.0.0.1', resolve))
    try {
      const data = await run(start(label, {console: 'VNC'}))
      expect(data.machine.vncDisplay).toBe(String(display + 1))
      const fixed = start(machine().label, {console: 'VNC', vncDisplay: display})
      await expect(run(fixed)).rejects.toMatchObject({code: 'NO_FREE_DISPLAY'})
    } finally {
      server.close()
    }
  })

  test('waits for a wrapper that daemonizes its QEMU', async () => {
    const {label} = machine('start_qemu -daemonize')
    const data = await run(start(label))
    expect(data.machine.label).toBe(label)
    expect(ours()).toEqual([data.machine.pid])
  })

  test('of a wrapper that fails says with what status and what it printed last', async () => {
    const {label} = machine('echo "no such disk: x.img" >&2; exit 3')
    await expect(run(start(label))).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('status 3'),
      details: expect.arrayContaining(['no such disk: x.img']),
    })
    expect([ours(), locks()]).toEqual([[], []])
  })

  test('of a QEMU that fails says so with its message', async () => {
    const {label} = machine('start_qemu -device nonsense')
    const failure = await run(start(label)).catch((error: unknown) => error)
    expect(failure).toMatchObject({code: 'START_FAILED', details: [expect.stringContaining('nonsense')]})
  })

  test('of a wrapper that starts nothing ends what it left', async () => {
    const {label} = machine('sleep 60 & sleep 60')
    await expect(run(start(label, {timeoutMs: 1_000}))).rejects.toMatchObject({code: 'START_FAILED'})
    expect([ours(), locks()]).toEqual([[], []])
  })

  test('ends a machine that opens VNC to the network and names the line', async () => {
    const {label, wrapper} = machine('start_qemu -vnc :$((700 + $$ % 99)) -vnc :$((800 + $$ % 99))')
    await expect(run(start(label))).rejects.toMatchObject({
      code: 'VNC_EXPOSED',
      hint: expect.stringContaining(wrapper),
      details: expect.arrayContaining([expect.stringMatching(/^\S+\.sh:8:.*-vnc :/)]),
    })
    expect(ours()).toEqual([])
  })

  test('that is interrupted ends what it started', async () => {
    const {label} = machine('sleep 60')
    const stop = new AbortController()
    const one = start(label)
    const failure = withContext(
      async (context) => {
        const begin = await create.open(one, context)
        setTimeout(() => stop.abort(), 300)
        return begin()
      },
      {signal: stop.signal},
    )
    await expect(failure).rejects.toMatchObject({code: 'INTERRUPTED'})
    expect(ours()).toEqual([])
  })

  test('takes over the lock of a ctys that died', async () => {
    const {label} = machine()
    const stuck = start(label, {timeoutMs: 1_000})
    await run(stuck)
    for (const pid of ours()) end(pid)
    const lock = await lockName(label)
    writeFileSync(lock, '1 999999999\n')
    expect((await run(start(label))).reused).toBe(false)
  })

  test('keeps head and tail of a wrapper that never stops talking', async () => {
    const {label} = machine('echo first; yes | head -c 30000000; echo last; start_qemu')
    const {log} = await run(start(label))
    expect(readFileSync(log, 'utf8').startsWith('first\n')).toBe(true)
    const parts = readdirSync(privateDir()).filter((name) => name.startsWith(basename(log)))
    const sizes = parts.map((name) => statSync(join(privateDir(), name)).size)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(5 * 1024 * 1024)
    expect(readFileSync(`${log}.next`, 'utf8').endsWith('y\nlast\n')).toBe(true)
  })

  test('of a wrapper that failed after much output shows the end of it', async () => {
    const {label} = machine('yes | head -c 9000000; echo "no such disk" >&2; exit 3')
    await expect(run(start(label))).rejects.toMatchObject({details: expect.arrayContaining(['no such disk'])})
  })

  describe.runIf(process.getuid?.() === 0)('where another user was first', () => {
    const giveAway = (path: string) => execFileSync('chown', ['-h', 'nobody', path])

    test.each([
      ['a directory', (path: string) => mkdirSync(path, {mode: 0o777})],
      ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
      ['a link', (path: string) => symlinkSync('/etc', path)],
    ])('%s in the place of the logs is said, and they lie in the home', async (_, make) => {
      const {label} = machine()
      make(privateDir())
      giveAway(privateDir())
      const notes: string[] = []
      const shell = ['env', `HOME=${dir}`, 'sh']
      const one = start(label)
      const data = await withContext(
        (context) => runHandler(create, one, {...context, note: (text) => notes.push(text)}) as Promise<CreateData>,
        {shell},
      )
      expect(data.log).toBe(join(dir, `.ctys/run/${label}.${data.machine.pid}.log`))
      expect(notes[0]).toBe(`${privateDir()} belongs to nobody; the log is ${data.log}`)
    })

    test('in the home too, the start is refused and names who', async () => {
      const {label} = machine()
      mkdirSync(join(dir, '.ctys/run'), {recursive: true})
      writeFileSync(privateDir(), '')
      for (const path of [privateDir(), join(dir, '.ctys/run')]) giveAway(path)
      await expect(run(start(label), ['env', `HOME=${dir}`, 'sh'])).rejects.toMatchObject({
        code: 'START_FAILED',
        name: 'PreconditionError',
        message: expect.stringContaining(`${privateDir()} is in the way and belongs to nobody`),
        hint: `as nobody or root on localhost: rm -r '${privateDir()}'`,
      })
    })

    test.each([['qemumon'], ['qemumon.qmp']])('%s in the place of the monitor socket is named', async (name) => {
      const {label} = machine()
      const path = join(sockBase(), name)
      execFileSync('mkfifo', [path])
      giveAway(path)
      const shell = ['env', `QEMUMONSOCK=${sockBase()}/qemumon`, 'sh']
      await expect(run(start(label), shell)).rejects.toMatchObject({
        code: 'START_FAILED',
        message: expect.stringContaining(`${path} is in the way and belongs to nobody`),
      })
      expect([ours(), locks()]).toEqual([[], []])
    })
  })

  test('waits for a living ctys that starts the same machine, then says it is busy', async () => {
    const {label} = machine()
    writeFileSync(await lockName(label), `${process.pid} ${startTime()}\n`)
    await expect(run(start(label, {timeoutMs: 1_000}))).rejects.toMatchObject({
      code: 'BUSY',
      message: expect.stringContaining(String(process.pid)),
    })
  })
})

test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])(
  'create works where the host runs scripts with %s %s',
  async (...shell) => {
    const good = machine('start_qemu -daemonize')
    const data = await run(start(good.label, {console: 'VNC'}), shell)
    expect([data.machine.label, data.machine.state]).toEqual([good.label, 'prelaunch'])
    await expect(run(start(good.label), shell)).rejects.toMatchObject({code: 'ALREADY_RUNNING'})
    const bad = machine('(start_qemu -daemonize); sleep 60 & exec sleep 60')
    await expect(run(start(bad.label), shell)).resolves.toMatchObject({reused: false})
    const silent = machine('sleep 60 & exec sleep 60')
    await expect(run(start(silent.label, {timeoutMs: 1_000}), shell)).rejects.toMatchObject({code: 'START_FAILED'})
    const status = machine('exit 7')
    await expect(run(start(status.label), shell)).rejects.toMatchObject({message: expect.stringContaining('status 7')})
    expect(ours()).toContain(data.machine.pid)
    expect(locks()).toEqual([])
  },
)

async function lockName(label: string): Promise<string> {
  const config = join(dir, 'vm', label, `${label}.ctys`)
  const cksum = ['sh', '-c', 'printf %s "$1" | cksum', 'sh', config]
  const {stdout} = await withContext(({session}) => session.exec(cksum))
  mkdirSync(privateDir(), {recursive: true, mode: 0o700})
  return join(privateDir(), `start.${stdout.toString().split(' ')[0]}.lock`)
}

function userName(): string {
  return userInfo().username
}

function startTime(): string {
  return readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19] ?? ''
}

/** Processes whose environment holds the text; zombies have none. */
function livingProcesses(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return `\0${readFileSync(`/proc/${name}/environ`, 'latin1')}`.includes(text)
      } catch {
        return false
      }
    })
    .map(Number)
}

describe('the machine to be created', () => {
  test('is found by its path alone, by the record, or by a search when the record is out of date', async () => {
    const {label, uuid, config} = machine()
    expect((await run(task({machine: {path: config}}))).reused).toBe(false)
    const record = (id: string) => ({...emptyRecord(), label, id, uuid: uuid.replaceAll('-', '')})
    const reuse = {machine: {label, basePaths: [join(dir, 'vm')]}, mode: 'reuse'} as const
    expect((await run(task(reuse, record(config)))).reused).toBe(true)
    expect((await run(task(reuse, record('/gone/x.ctys')))).reused).toBe(true)
  })

  test('that is not there is named with where it was looked for', async () => {
    machine()
    await expect(run(start('nowhere'))).rejects.toMatchObject({
      code: 'MACHINE_NOT_FOUND',
      message: expect.stringContaining(join(dir, 'vm')),
    })
  })

  test('that is there twice is refused with addresses that tell them apart', async () => {
    const [a, b] = [machine(), machine()]
    await expect(run(task({machine: {basePaths: [join(dir, 'vm')]}}))).rejects.toMatchObject({
      code: 'MACHINE_AMBIGUOUS',
      details: expect.arrayContaining([`l:${a.label}`, `l:${b.label}`]),
    })
  })

  test('must be in a state that may be started', async () => {
    const {label} = machine(undefined, ['#@#VMSTATE = "TEMPLATE"'])
    await expect(run(start(label))).rejects.toMatchObject({code: 'UNSUPPORTED'})
  })

  test('must have a wrapper that can be executed', async () => {
    const {label, wrapper} = machine()
    chmodSync(wrapper, 0o644)
    await expect(run(start(label))).rejects.toMatchObject({
      code: 'WRAPPER_MISSING',
      hint: `chmod +x ${wrapper}`,
    })
  })

  test('takes the wrapper LABEL.ctys beside the configuration LABEL.conf', async () => {
    const {label, config, wrapper} = machine()
    const conf = config.replace(/ctys$/, 'conf')
    renameSync(config, conf)
    renameSync(wrapper, config)
    expect(await run(start(label))).toMatchObject({reused: false, machine: {label}})
    const scanned = await withContext(({session, signal}) => enumerateBases(session, [dirname(conf)], {signal}))
    expect(scanned).toMatchObject({machines: [{label, id: conf}], rejects: []})
  })

  test('needs a label that leaves room for the socket path', async () => {
    const {label} = machine()
    process.env.CTYS_SOCKBASE = join(dir, 's'.repeat(90))
    mkdirSync(process.env.CTYS_SOCKBASE)
    await expect(run(start(label))).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('too long'),
    })
  })
})

test.each([
  [['q', '-vnc', ':5'], ':5'],
  [['q', '-vnc', '0.0.0.0:5,password=on'], '0.0.0.0:5,password=on'],
  [['q', '--vnc', '[::]:5'], '[::]:5'],
  [['q', '-display', 'vnc=:1'], ':1'],
  [['q', '-vnc', ':5,to=99'], ':5,to=99'],
  [['q', '-vnc', '127.0.0.1:5'], undefined],
  [['q', '-vnc', 'localhost:5,to=99'], undefined],
  [['q', '-vnc', '[::1]:5'], undefined],
  [['q', '-vnc', 'unix:/run/vnc'], undefined],
  [['q', '-vnc', 'none'], undefined],
  [['q', '-display', 'none'], undefined],
  [['q', '-name', '-vnc'], undefined],
])('the display of %j is open to others: %j', (argv, value) => {
  expect(exposedVnc(argv)).toBe(value)
})
