/** What a command costs on the controller side of a lab: its own time and that of everything it starts and waits for. */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Lab, RunResult} from './lab.js'

export interface Timed {
  readonly result: RunResult
  /** Seconds. */
  readonly wall: number
  /** User and system time, in seconds. */
  readonly cpu: number
  /** The most memory the command itself held, in MiB, when it is a program of Node; else 0. */
  readonly peakMiB: number
}

/** Runs the command once. `env` as in `lab.ctl`. */
export async function timed(
  lab: Lab,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<Timed> {
  const dir = mkdtempSync(join(tmpdir(), 'ctys-timed-'))
  try {
    const [times, memory, hook] = [join(dir, 'times'), join(dir, 'memory'), join(dir, 'hook.cjs')]
    writeFileSync(
      hook,
      `process.on('exit', () => require('node:fs').appendFileSync(${JSON.stringify(memory)}, process.resourceUsage().maxRSS + '\\n'))`,
    )
    writeFileSync(memory, '')
    const script = 'TIMEFORMAT="%R %U %S"; times=$1; shift; { time "$@" 2>&3; } 3>&2 2>"$times"'
    const result = await lab.ctl(['bash', '-c', script, 'bash', times, ...argv], {
      env: {...env, NODE_OPTIONS: `--require=${hook}`},
      timeoutMs,
    })
    const [wall = 0, user = 0, system = 0] = readFileSync(times, 'utf8').trim().split(/\s+/).map(Number)
    const kib = readFileSync(memory, 'utf8').trim().split('\n').map(Number)
    return {result, wall, cpu: user + system, peakMiB: Math.max(...kib) / 1024}
  } finally {
    rmSync(dir, {recursive: true, force: true})
  }
}
