/** Tapes of this machine that are really played; each test has a directory of its own. */
import {spawn} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach} from 'vitest'
import type {HostSession} from '../../../src/domain/ports/ports.js'
import type {Stored} from '../driver-contract.js'
import {listScript} from './remote.js'

/** Registers its own hooks: what a test started is ended by pid. */
export function tapeYard() {
  let dir = ''
  let count = 0
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ctys-tapes-'))
    mkdirSync(join(dir, 'vm'))
  })
  afterEach(() => {
    for (const pid of playersOf(dir)) end(pid)
    rmSync(dir, {recursive: true, force: true, maxRetries: 5})
  })

  const store = (): Stored => {
    const label = `tape${process.pid}x${++count}`
    const uuid = randomUUID()
    const home = join(dir, 'vm', label)
    mkdirSync(home)
    const id = join(home, `${label}.ctys`)
    writeFileSync(id, `#@#MAGICID-TAPE\n#@#LABEL = "${label}"\n#@#UUID = "${uuid}"\n`)
    writeFileSync(join(home, `${label}.img`), Buffer.alloc(512))
    return {label, id, uuid: uuid.replaceAll('-', '')}
  }
  /** As if only tapes of this test were played here. */
  const fence = (session: HostSession): HostSession => ({
    ...facade(session),
    script: async (script, args, options) => {
      const result = await session.script(script, args, options)
      if (script !== listScript) return result
      const own = new Set(playersOf(dir).map(String))
      const [hidden = '', ...fields] = result.stdout.toString().split('\0')
      const kept = Array.from({length: Math.floor(fields.length / 7)}, (_, i) => fields.slice(7 * i, 7 * i + 7))
      const told = [hidden, ...kept.filter(([pid = '']) => own.has(pid)).flat(), '']
      return {...result, stdout: Buffer.from(told.join('\0'))}
    },
  })
  return {dir: () => dir, store, fence, runForeign: (label: string) => runForeign(label, dir)}
}

/** The host as if it showed an account its own processes alone. */
export function hidingTapes(session: HostSession): HostSession {
  return {
    ...facade(session),
    script: async (script, args, options) =>
      script === listScript
        ? {exitCode: 0, stdout: Buffer.from('hidden\0'), stderr: Buffer.alloc(0)}
        : session.script(script, args, options),
  }
}

function facade(session: HostSession): HostSession {
  return {
    target: session.target,
    exec: (argv, options) => session.exec(argv, options),
    script: (script, args, options) => session.script(script, args, options),
    open: (to, limits) => session.open(to, limits),
    put: (path, content, options) => session.put(path, content, options),
    hold: (bytes) => session.hold(bytes),
    close: () => session.close(),
  }
}

/** A player that has no configuration; its token tells whose it is. */
async function runForeign(label: string, dir: string): Promise<number> {
  const words = ['-c', 'while sleep 1; do :; done', 'tape-player', '-', label, randomUUID().replaceAll('-', ''), dir]
  const child = spawn('sh', words, {stdio: 'ignore'})
  await new Promise((resolve) => child.once('spawn', resolve))
  return child.pid ?? 0
}

/** Whose words name the directory. */
function playersOf(dir: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        return words[3] === 'tape-player' && words.some((word) => word === dir || word.startsWith(`${dir}/`))
      } catch {
        return false
      }
    })
    .map(Number)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
