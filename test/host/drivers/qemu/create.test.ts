import {execFileSync, spawn} from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
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
import {userInfo} from 'node:os'
import {basename, dirname, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {beforeEach, describe, expect, test} from 'vitest'
import {PreconditionError} from '../../../../src/domain/errors.js'
import {emptyRecord, type InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {HostContext} from '../../../../src/domain/ports/ports.js'
import type {CreateData} from '../../../../src/domain/work/answers.js'
import type {CreateAsk} from '../../../../src/domain/work/asks.js'
import type {AskHolder, HolderAnswer} from '../../../../src/domain/work/lease.js'
import type {TaskOf} from '../../../../src/domain/work/plan.js'
import {enumerateBases} from '../../../../src/drivers/host/scan/enumerate.js'
import {create} from '../../../../src/drivers/qemu/create/create.js'
import {exposedVnc} from '../../../../src/drivers/qemu/create/running.js'
import {splitOptions} from '../../../../src/drivers/qemu/process/command-line-options.js'
import {startFunctions} from '../../../../src/drivers/qemu/remote/start-functions.js'
import {createLocalTransport} from '../../../../src/transport/local/local.js'
import {blindSession} from '../../../fakes/blind-session.js'
import {sessionUnderShell} from '../../../fakes/local-session.js'
import {runHandler} from '../../../fakes/run-handler.js'
import {hypervisor, startYard} from '../../../fakes/start-yard.js'

const yard = startYard()
const {sockBase, machine, locks} = yard
/** What starts of ours left running, and the QEMUs among it. */
const [ours, guests] = [yard.started, yard.ours]
let dir: string
beforeEach(() => {
  dir = yard.dir()
})

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

/** Where locks and logs are. */
const privateDir = () => join(sockBase(), `ctys.${userName()}`)

describe('create', () => {
  test('starts a machine through its wrapper and returns when its monitor answers', async () => {
    const {label, uuid, config} = machine()
    const data = await run(start(label, {bootMode: 'PXE', argsAdd: '-m 64'}))
    expect(data).toMatchObject({
      kind: 'create',
      reused: false,
      machine: {label, uuid, state: 'prelaunch', version: expect.stringMatching(/^\d+\./)},
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

  test('of a machine whose disk another QEMU has open for writing is refused, also as a reuse', async () => {
    const {label, home} = machine()
    const [image, link] = [join(home, `${label}.img`), join(dir, 'link.img')]
    writeFileSync(image, Buffer.alloc(512))
    symlinkSync(image, link)
    const words = ['-M', 'none', '-S', '-accel', 'tcg', '-nodefaults', '-display', 'none', '-name', 'unrelated']
    const drive = ['-drive', `file=${link},format=raw,if=none,file.locking=off`]
    const open = ['-c', 'exec 9<>"$0" && exec "$@"', link, 'qemu-system-x86_64', ...words, ...drive]
    const holder = spawn('sh', open, {stdio: 'ignore', env: {...process.env, CTYS_TEST_DIR: dir}})
    await expect.poll(() => readlinkSync(`/proc/${holder.pid}/exe`), {timeout: 20_000}).toMatch(/qemu-system/)
    for (const mode of ['new', 'reuse'] as const) {
      await expect(run(start(label, {mode}))).rejects.toMatchObject({
        code: 'ALREADY_RUNNING',
        message: expect.stringContaining(`process ${holder.pid} (unrelated) of`),
        hint: `stop that one first: ctys stop pid:${holder.pid} localhost --foreign`,
      })
    }
    expect(guests()).toEqual([])
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

  test.each([
    ['whether its acceleration works', '-M none -nodefaults -display none -S -serial none'],
    ['which display it has, at its own monitor', '-M none -display none -S -monitor stdio -serial none'],
  ])('does not take for the machine a QEMU that its wrapper asks %s', async (_, words) => {
    const {label} = machine(`sleep 1.5 | timeout 1.5 qemu-system-x86_64 ${words}; start_qemu`)
    const data = await run(start(label))
    expect(data).toMatchObject({reused: false, machine: {label}})
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

  test.each([
    ['starts nothing', 'sleep 60 & sleep 60'],
    // no look knows a program under such a name; the token of the start stands in its environment
    ['left a program in a session of its own', `setsid sleep 60 </dev/null >/dev/null 2>&1 &`],
  ])('of a wrapper that %s ends what it left', async (_what, script) => {
    const {label} = machine(script)
    await expect(run(start(label, {timeoutMs: 1_000}))).rejects.toMatchObject({code: 'START_FAILED'})
    expect([ours(), locks()]).toEqual([[], []])
  })

  test('ends a machine that opens VNC to the network and names the line', async () => {
    const {label, wrapper} = machine('start_qemu -vnc :$((700 + $$ % 99)) -vnc :$((800 + $$ % 99))')
    await expect(run(start(label))).rejects.toMatchObject({
      code: 'VNC_EXPOSED',
      hint: expect.stringContaining(wrapper),
      details: expect.arrayContaining([expect.stringMatching(/^\S+\.sh:9:.*-vnc :/)]),
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
        hint: `as nobody or root: rm -r ${privateDir()}`,
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

  test('follows the lease of a machine that ended, and keeps its own while it runs', async () => {
    const {label} = machine()
    const first = await run(start(label))
    expect(leaseOf(label)).toMatchObject({state: 'running', pid: String(first.machine.pid), user: userName()})
    const old = leaseOf(label).token
    yard.endStarted()
    const second = await run(start(label))
    expect(leaseOf(label)).toMatchObject({state: 'running', pid: String(second.machine.pid)})
    expect(leaseOf(label).token).not.toBe(old)
    expect(hidden(label)).toEqual([`.${label}.ctys.lease`])
  })

  test('that fails leaves no lease', async () => {
    const {label} = machine('exit 3')
    await expect(run(start(label))).rejects.toMatchObject({code: 'START_FAILED'})
    expect(hidden(label)).toEqual([])
  })

  test('is no matter of a lease that came with a copy of the directory', async () => {
    const one = machine()
    await run(start(one.label))
    const copy = join(dir, 'copy')
    cpSync(join(dir, 'vm', one.label), copy, {recursive: true})
    writeFileSync(join(copy, `${one.label}.ctys`), '#@#MAGICID-QEMU\n#@#LABEL = "copied"\n')
    const wrapper = '#!/bin/sh\nexec qemu-system-x86_64 -M none -accel tcg -display none -S -name copied'
    writeFileSync(join(copy, `${one.label}.sh`), `${wrapper} -serial "mon:unix:$QEMUMONSOCK,server,nowait"\n`)
    const data = await run(task({machine: {path: join(copy, `${one.label}.ctys`)}}))
    expect([data.reused, data.machine.label]).toEqual([false, 'copied'])
  })

  test.each([
    ['a FIFO', (path: string) => void execFileSync('mkfifo', [path])],
    ['a directory', (path: string) => void mkdirSync(path)],
    ['a link', (path: string) => symlinkSync('/dev/zero', path)],
    ['what is no lease', (path: string) => writeFileSync(path, '1 999999999\n')],
  ])('names %s that is in the way of a lease, and waits for nothing', async (_, make) => {
    const {label} = machine()
    const lease = leasePath(label)
    make(lease)
    await expect(run(start(label))).rejects.toMatchObject({
      code: 'START_FAILED',
      name: 'PreconditionError',
      message: expect.stringContaining(`${lease} is in the way and belongs to ${userName()}`),
    })
    expect(ours()).toEqual([])
  })

  test('where the directory cannot be written is kept apart on this host, and says so', async () => {
    const {label} = machine('sleep 0.3; start_qemu')
    // ln that cannot: root may write everywhere
    const bin = join(dir, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'ln'), `#!/bin/sh\ncase $2 in */vm/*) exit 1 ;; esac\nexec /bin/ln "$@"\n`, {mode: 0o755})
    const shell = ['env', `PATH=${bin}:${process.env.PATH}`, 'sh']
    const results = await Promise.allSettled([run(start(label), shell), run(start(label), shell)])
    expect(guests()).toHaveLength(1)
    expect(results.find(({status}) => status === 'rejected')).toMatchObject({reason: {code: 'ALREADY_RUNNING'}})
    const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(done).toMatchObject([
      {remarks: [expect.stringContaining('no lease could be made beside its configuration')]},
    ])
    expect(hidden(label)).toEqual([])
  })

  test('waits for a living ctys that starts the same machine, then says it is busy', async () => {
    const {label} = machine('sleep 60')
    const first = run(start(label, {timeoutMs: 4_000})).catch(() => undefined)
    while (!existsSync(leasePath(label))) await sleep(20)
    await expect(run(start(label, {timeoutMs: 1_000}))).rejects.toMatchObject({
      code: 'BUSY',
      message: expect.stringMatching(/process \d+/),
    })
    await first
  })

  test('whose host is silent is refused where a lease names it, and done when it is known to be dead', async () => {
    const {label} = machine()
    const lease = leasePath(label)
    const {token, pid} = foreignLease(lease)
    const asked: unknown[] = []
    const attempt = (answer: HolderAnswer) =>
      withContext((context) => {
        const askHolder: AskHolder = async (holder) => {
          asked.push(holder)
          return answer
        }
        return runHandler(create, start(label), {...context, askHolder})
      })
    const error = {code: 'CONNECT_TIMEOUT', message: 'no answer'} as const
    await expect(attempt({state: 'unknown', host: 'far', named: false, error})).rejects.toMatchObject({
      code: 'MAY_RUN_ELSEWHERE',
      message: expect.stringContaining('may run on far'),
      hint: expect.stringContaining(lease),
    })
    await expect(attempt({state: 'starting', host: 'far'})).rejects.toMatchObject({code: 'BUSY'})
    await expect(attempt({state: 'running', host: 'far', pid: 7})).rejects.toMatchObject({code: 'ALREADY_RUNNING'})
    await expect(run(start(label))).rejects.toMatchObject({code: 'MAY_RUN_ELSEWHERE'})
    expect(leaseOf(label).token).toBe(token)
    expect(await attempt({state: 'dead'})).toMatchObject({reused: false})
    expect(asked[0]).toMatchObject({
      host: 'far',
      machine: 'id-of-far',
      name: 'far.example',
      pid,
      user: 'nobody',
      config: '/x/y.ctys',
    })
  })

  test('sees a QEMU that its wrapper gave an environment, a session, a directory and an output of its own', async () => {
    const {label} = machine(
      `(cd /; exec env -i "PATH=$PATH" CTYS_TEST_DIR="$CTYS_TEST_DIR" setsid sh -c 'sleep 0.5; ${bare}' sh "$label" "$uuid" "$QEMUMONSOCK" >/dev/null 2>&1) & exit 0`,
    )
    const data = await run(start(label))
    expect(data).toMatchObject({reused: false, machine: {label}})
    expect(leaseOf(label)).toMatchObject({pid: String(data.machine.pid)})
    await expect(run(start(label))).rejects.toMatchObject({code: 'ALREADY_RUNNING'})
  })

  test.each([
    ['a session and an environment', 'env -i "PATH=$PATH" CTYS_TEST_DIR="$CTYS_TEST_DIR" setsid', 'exit 0'],
    ['an environment, and waits', 'env -i "PATH=$PATH" CTYS_TEST_DIR="$CTYS_TEST_DIR"', 'wait'],
    ['a session, and fails', 'env -i "PATH=$PATH" CTYS_TEST_DIR="$CTYS_TEST_DIR" setsid', 'exit 4'],
  ])('sees a QEMU whose wrapper gives it %s', async (_, command, last) => {
    const {label} = machine(`${command} sh -c '${bare}' sh "$label" "$uuid" "$QEMUMONSOCK" & ${last}`)
    const data = await run(start(label))
    expect(data).toMatchObject({reused: false, machine: {label}})
    expect(leaseOf(label)).toMatchObject({pid: String(data.machine.pid), state: 'running'})
  })

  test('sees a QEMU that is called kvm-spice, as the look at the processes does', {timeout: 30_000}, async () => {
    const program = join(dir, 'kvm-spice')
    copyFileSync('/usr/bin/qemu-system-x86_64', program)
    chmodSync(program, 0o755)
    // a copy elsewhere does not find its modules by itself
    const modules = 'QEMU_MODULE_DIR=$(dirname "$(find /usr/lib* -name "accel-tcg-*.so" 2>/dev/null | head -n 1)")'
    const {label} = machine(`export ${modules}; exec ${hypervisor(program)}`)
    const begun = performance.now()
    await run(start(label, {timeoutMs: 15_000}))
    // and not when the start gives up waiting
    expect(performance.now() - begun).toBeLessThan(15_000)
  })

  test.each([
    ['while the wrapper runs', 'sleep 60'],
    ['when the wrapper has ended', 'exit 0'],
  ])("is not proven by a nobody's process that calls itself the machine %s", async (_, last) => {
    const {label, uuidText} = machine(`until [ -e go ]; do sleep 0.05; done; ${last}`)
    const home = join(dir, 'vm', label)
    const result = run(start(label, {timeoutMs: 3_000})).catch((error: unknown) => error)
    while (!existsSync(join(home, 'calls'))) await sleep(20)
    const words = `--reuid=65534 --regid=65534 --clear-groups qemu-system-x86_64 -name ${label} -uuid ${uuidText} -M none`
    const fake = spawn('setpriv', [...words.split(' '), ...'-accel tcg -nodefaults -S -display none'.split(' ')], {
      cwd: home,
      stdio: 'ignore',
      env: {PATH: process.env.PATH, CTYS_TEST_DIR: dir},
    })
    while (!readlinkSync(`/proc/${fake.pid}/exe`).includes('qemu-system')) await sleep(20)
    writeFileSync(join(home, 'go'), '')
    expect(await result).toMatchObject({
      code: 'START_UNPROVEN',
      details: expect.arrayContaining([expect.stringMatching(`process ${fake.pid} of nobody calls itself ${label}`)]),
    })
  })

  test('of a host that floods its answer is not known, or what it left was ended', async () => {
    const {label} = machine()
    const flooded = (context: HostContext, again: boolean): HostContext => ({
      ...context,
      session: {
        ...context.session,
        script: async (script, args, options) => {
          const answer = await context.session.script(script, args, options)
          if (script.name !== 'start' && !(again && script.name === 'start-end')) return answer
          throw new PreconditionError('OUTPUT_TOO_LARGE', 'too much')
        },
      },
    })
    const attempt = (again: boolean) =>
      withContext((context) => runHandler(create, start(label), flooded(context, again)))
    await expect(attempt(false)).rejects.toMatchObject({code: 'START_FAILED'})
    expect(guests()).toEqual([])
    await expect(attempt(true)).rejects.toMatchObject({code: 'START_UNPROVEN'})
  })

  test('of a frozen machine is no reuse', async () => {
    const {label} = machine()
    const {machine: running} = await run(start(label))
    process.kill(running.pid, 'SIGSTOP')
    await expect(run(start(label, {mode: 'reuse'}))).rejects.toMatchObject({code: 'MONITOR_FAILED'})
    process.kill(running.pid, 'SIGCONT')
    expect(await run(start(label, {mode: 'reuse'}))).toMatchObject({reused: true})
  })

  test('whose log cannot be made says that', async () => {
    const {label} = machine()
    const bin = join(dir, 'bin')
    mkdirSync(bin)
    // as on a full disk, whatever the name of the log
    writeFileSync(join(bin, 'rm'), '#!/bin/sh\ncase $2 in *.log) mkdir -p "$2" ;; esac\nexec /bin/rm "$@"\n', {
      mode: 0o755,
    })
    await expect(run(start(label), ['env', `PATH=${bin}:${process.env.PATH}`, 'sh'])).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringMatching(/its log cannot be made: .*\.log/),
    })
    expect([ours(), hidden(label)]).toEqual([[], []])
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

/** The same QEMU, called as `sh LABEL UUID SOCKET`. */
const bare =
  'exec qemu-system-x86_64 -name "$1" -uuid "$2" -M none -accel tcg -nodefaults -S -display none ' +
  '-serial "mon:unix:$3,server,nowait" -qmp "unix:$3.qmp,server,nowait"'

function leasePath(label: string): string {
  return join(dir, 'vm', label, `.${label}.ctys.lease`)
}

function leaseOf(label: string): Readonly<Record<string, string>> {
  const lines = readFileSync(leasePath(label), 'utf8').split('\n')
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0], line.slice(line.indexOf(' ') + 1)]))
}

const hidden = (label: string) => readdirSync(join(dir, 'vm', label)).filter((name) => name.startsWith('.'))

/** As another host would have left it. */
function foreignLease(path: string) {
  const token = 'a'.repeat(32)
  const pid = 4_000_000
  writeFileSync(path, '')
  const {ino, dev} = statSync(path)
  const text = [
    ...['#ctys-lease 1', `token ${token}`, 'host far', 'name far.example', 'place other/1', `pid ${pid}`, 'start 5'],
    ...['starter ', 'state running', 'user nobody', 'since 1700000000', 'config /x/y.ctys', `inode ${ino}`],
    ...[`device ${dev}`, 'fs ', 'machine id-of-far', 'end', ''],
  ]
  writeFileSync(path, text.join('\n'))
  return {token, pid}
}

function userName(): string {
  return userInfo().username
}

describe('the machine to be created', () => {
  test('is found by its path alone, by the record, or by a search when the record is out of date', async () => {
    const {label, uuid, config} = machine()
    expect((await run(task({machine: {path: config}}))).reused).toBe(false)
    const record = (id: string) => ({...emptyRecord(), label, id, uuid})
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

  test('that is stored nowhere and runs all the same is told with its process', async () => {
    const {label, uuidText, home} = machine()
    rmSync(home, {recursive: true})
    const words = `-name ${label} -uuid ${uuidText} -M none -accel tcg -nodefaults -S -display none`.split(' ')
    const holder = spawn('env', ['qemu-system-x86_64', ...words], {
      stdio: 'ignore',
      env: {...process.env, CTYS_TEST_DIR: dir},
    })
    await expect.poll(() => readlinkSync(`/proc/${holder.pid}/exe`), {timeout: 20_000}).toMatch(/qemu-system/)
    const foreign = {
      code: 'MACHINE_NOT_FOUND',
      details: [`it runs there all the same: process ${holder.pid}, user ${userName()}, foreign`],
      hint: 'ctys list localhost shows it; to have it as a machine of ctys: ctys adopt localhost',
    }
    for (const mode of ['new', 'reuse', 'resume'] as const) {
      await expect(run(task({machine: {label, basePaths: [dir]}, mode}))).rejects.toMatchObject(foreign)
    }
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
  [['q', '-vnc', '127.0.0.1:5,websocket=0.0.0.0:5700'], '127.0.0.1:5,websocket=0.0.0.0:5700'],
  [['q', '-vnc', '127.0.0.1:5,vnc=:6'], '127.0.0.1:5,vnc=:6'],
  [['q', '-vnc', 'vnc=0.0.0.0:5,vnc=127.0.0.1:6'], 'vnc=0.0.0.0:5,vnc=127.0.0.1:6'],
  [['q', '-vnc', 'to=9'], 'to=9'],
  [['q', '-vnc', '127.0.0.1:5,websocket=5700'], undefined],
  [['q', '-vnc', 'websocket=on,vnc=[::1]:5'], undefined],
  [['q', '-vnc', '127.0.0.1:5'], undefined],
  [['q', '-vnc', 'localhost:5,to=99'], undefined],
  [['q', '-vnc', '[::1]:5'], undefined],
  [['q', '-vnc', 'unix:/run/vnc'], undefined],
  [['q', '-vnc', 'none'], undefined],
  [['q', '-display', 'none'], undefined],
  [['q', '-name', '-vnc'], undefined],
])('the display of %j is open to others: %j', (argv, value) => {
  expect(exposedVnc(splitOptions(argv))).toBe(value)
})
