/** Machines of this host that are really started and stopped by the handlers; each test has a directory of its own. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir, userInfo} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach} from 'vitest'
import type {Handler, HostContext} from '../../src/domain/ports/ports.js'
import type {RunningMachine} from '../../src/domain/work/answers.js'
import type {CreateAsk} from '../../src/domain/work/asks.js'
import type {Answer, Ask} from '../../src/domain/work/verbs.js'
import {scanHost} from '../../src/drivers/host/scan/enumerate.js'
import {cancel} from '../../src/drivers/qemu/cancel/cancel.js'
import {create} from '../../src/drivers/qemu/create/create.js'
import {list as listing} from '../../src/drivers/qemu/list/list.js'
import {ownMonitorEnding} from '../../src/drivers/qemu/paths.js'
import {createLocalTransport} from '../../src/transport/local/local.js'
import {runHandler} from './run-handler.js'

export interface YardMachine {
  readonly label: string
  /** 32 hexadecimal digits. */
  readonly uuid: string
  /** The same with hyphens, as QEMU takes it. */
  readonly uuidText: string
  readonly config: string
  readonly wrapper: string
  /** Directory of the three. */
  readonly home: string
}

let count = 0

/** A QEMU without a processor, by the variables of a wrapper: `$label`, `$uuid`, `$screen`, `$QEMUMONSOCK`, `$qmp`. */
export function hypervisor(program = 'qemu-system-x86_64', hardware = '-M none -S'): string {
  const names = `${program} -name "$label" -uuid "$uuid" ${hardware} -accel tcg -nodefaults $screen`
  return `${names} -serial "mon:unix:$QEMUMONSOCK,server,nowait" $qmp`
}

/** Registers its own hooks: what a test started is ended by pid. */
export function startYard() {
  let dir = ''
  const sockBase = () => join(dir, 's')
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ctys-yard-'))
    mkdirSync(sockBase())
    process.env.CTYS_SOCKBASE = sockBase()
    process.env.CTYS_TEST_DIR = dir
  })
  afterEach(() => {
    for (const pid of livingProcesses(`CTYS_TEST_DIR=${dir}`)) end(pid)
    rmSync(dir, {recursive: true, force: true, maxRetries: 5})
    delete process.env.CTYS_SOCKBASE
    delete process.env.CTYS_TEST_DIR
  })

  /** `last` is how the wrapper ends; `start_qemu ARGUMENT...` in it becomes the QEMU, `$screen` its display. */
  const machine = (last = 'start_qemu', keys: readonly string[] = [], hardware = '-M none -S'): YardMachine => {
    count += 1
    const label = `yard${process.pid}x${count}`
    const uuid = `${String(process.pid).padStart(8, '0')}-0000-4000-8001-${String(count).padStart(12, '0')}`
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
      `start_qemu() { exec ${hypervisor('qemu-system-x86_64', hardware)} "$@"; }`,
      'qmp="-qmp unix:$QEMUMONSOCK.qmp,server,nowait"',
      last,
    ]
    writeFileSync(wrapper, `${script.join('\n')}\n`)
    chmodSync(wrapper, 0o755)
    return {label, uuid: uuid.replaceAll('-', ''), uuidText: uuid, config, wrapper, home}
  }

  const run = async <V extends 'create' | 'cancel' | 'list'>(
    handler: Handler<V>,
    verb: V,
    ask: Ask<V>,
    env: Readonly<Record<string, string>> = {},
    seen: (context: HostContext) => HostContext = (context) => context,
  ): Promise<Answer<V>> => {
    const {signal} = new AbortController()
    const before = {...process.env}
    Object.assign(process.env, env)
    const session = await createLocalTransport().open({host: 'localhost'}, {signal})
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    const task = {id: 'j1', target: {host: 'localhost'}, type: 'QEMU', verb, ask, timeoutMs: 20_000}
    const context = seen({session, signal, note: () => undefined})
    try {
      return await runHandler(handler, task, context)
    } finally {
      await session.close()
    }
  }

  const start = (
    label: string,
    more: Partial<CreateAsk> = {},
    env: Readonly<Record<string, string>> = {},
    seen?: (context: HostContext) => HostContext,
  ) => {
    const basePaths = [join(dir, 'vm')]
    const ask = {machine: {label, basePaths}, mode: 'new', console: 'NONE', timeoutMs: 8_000} as const
    return run(create, 'create', {...ask, ...more}, env, seen)
  }

  const stop = (label: string, how: 'poweroff' | 'suspend' | 'resume' = 'poweroff') =>
    run(cancel, 'cancel', {machine: {label}, how, force: how === 'poweroff', graceMs: 0})

  return {
    /** `known`: configurations that are recorded of this host. */
    list: (known: readonly string[] = []) =>
      run(listing, 'list', {}, {}, (context) => ({...context, recorded: async () => known})),
    /** What a scan of the machines says. */
    scan: async () => {
      const {signal} = new AbortController()
      const session = await createLocalTransport().open({host: 'localhost'}, {signal})
      try {
        const {data} = await scanHost(session, {basePaths: [join(dir, 'vm')], types: ['QEMU'], signal})
        return data
      } finally {
        await session.close()
      }
    },
    /** Of this test; the machines lie in `vm` below it. */
    dir: () => dir,
    sockBase,
    machine,
    start,
    cancel: stop,
    /** An executable of that name in a directory of its own; its path. */
    program: (name: string, text: string) => {
      const bin = mkdtempSync(join(dir, 'bin-'))
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, {mode: 0o755})
      return join(bin, name)
    },
    argv: (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1),
    ownSocket: ({label, pid, uid}: RunningMachine) =>
      join(sockBase(), `qemumon.${label}.${pid}.${uid}${ownMonitorEnding}`),
    /** The QEMUs that starts of ours left running: they carry the token in their environment. */
    ours: () => started(dir).filter((pid) => /qemu-system/.test(programOf(pid))),
    /** These and all else that starts of ours left running, such as what keeps a log. */
    started: () => started(dir),
    endStarted: () => {
      for (const pid of started(dir)) end(pid)
    },
    locks: () => readdirSync(join(sockBase(), `ctys.${userInfo().username}`)).filter((name) => name.endsWith('.lock')),
  }
}

/** They carry the token of their start in their environment. */
function started(dir: string): readonly number[] {
  const own = new Set(livingProcesses(`CTYS_TEST_DIR=${dir}`))
  return livingProcesses('\0CTYS_START=').filter((pid) => own.has(pid))
}

/** What keeps a log ends by itself behind its QEMU. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function programOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return ''
  }
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

/** Numbers of displays nobody listens on. */
export async function freeDisplays(count: number): Promise<readonly number[]> {
  const servers = Array.from({length: count}, () => createServer())
  const found: number[] = []
  let display = 2_000 + (process.pid % 20_000)
  for (const server of servers) {
    const listens = (port: number) =>
      new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false))
        server.listen(port, () => resolve(true))
      })
    while (!(await listens(5900 + ++display))) server.removeAllListeners()
    found.push(display)
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return found
}
