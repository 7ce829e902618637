/**
 * Runs one program with a limit. A non-zero exit is a value; only a program that cannot be started throws.
 * The program is the leader of a process group of its own, which is ended as a whole when the limit passes.
 */
import {type ChildProcess, type SpawnOptions, spawn} from 'node:child_process'
import {once} from 'node:events'

export interface RunOptions {
  /** Replaces the whole environment. */
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly input?: string | Uint8Array
  /** Default 30 s; the result then has `timedOut`. */
  readonly timeoutMs?: number
}

export interface RunResult {
  /** 128 + signal number is not imitated: a program ended by a signal has code -1 and `signal`. */
  readonly code: number
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

export async function runCommand(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const {env, cwd, input, timeoutMs = 30_000} = options
  const child = spawnCommand(argv, {
    ...(env && {env}),
    ...(cwd !== undefined && {cwd}),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin?.on('error', () => {}) // the program may end without reading
  child.stdin?.end(input)

  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    endGroup(child)
  }, timeoutMs)
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return {
      code: code ?? -1,
      signal,
      stdout: Buffer.concat(out).toString(),
      stderr: Buffer.concat(err).toString(),
      timedOut,
    }
  } finally {
    clearTimeout(timer)
  }
}

/** Like `runCommand`, but throws with what the program said when it does not exit with 0. */
export async function mustRun(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await runCommand(argv, options)
  if (result.code === 0) return result.stdout
  const end = result.timedOut ? 'timed out' : `exit ${result.code}`
  throw new Error(`${argv.join(' ')}: ${end}\n${result.stderr}`)
}

export function spawnCommand(argv: readonly string[], options: SpawnOptions): ChildProcess {
  const [program, ...args] = argv
  if (program === undefined) throw new Error('no program given')
  return spawn(program, args, options)
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // already gone
  }
}
