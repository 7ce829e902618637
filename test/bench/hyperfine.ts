import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {RunResult} from '../lab/lab.js'

/** Seconds, means over the runs. */
export interface Measure {
  readonly name: string
  readonly wall: number
  readonly sd: number
  /** User + system time of the command and its children. */
  readonly cpu: number
  /** What the original needed for the same, on a machine like this one. */
  readonly original?: string
}

export interface Contender {
  readonly name: string
  readonly argv: readonly string[]
  readonly original?: string
  /** Run before each run, unmeasured. */
  readonly prepare?: readonly string[]
}

export type Runner = (argv: readonly string[]) => Promise<RunResult>

/** hyperfine without a shell; a command that fails ends the benchmark. */
export async function measure(
  run: Runner,
  contenders: readonly Contender[],
  runs: number,
): Promise<readonly Measure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'ctys-bench-'))
  try {
    const file = join(dir, 'result.json')
    const prepare = contenders.flatMap((one) => (one.prepare === undefined ? [] : ['--prepare', join1(one.prepare)]))
    const argv = [
      'hyperfine',
      '-N',
      '--warmup',
      '2',
      '--runs',
      String(runs),
      '--export-json',
      file,
      '--style',
      'basic',
      ...prepare,
    ]
    const result = await run([...argv, ...contenders.map(({argv: words}) => join1(words))])
    if (result.code !== 0) throw new Error(`hyperfine: ${result.stderr}\n${result.stdout}`)
    const {results} = JSON.parse(readFileSync(file, 'utf8')) as {
      results: readonly {mean: number; stddev: number; user: number; system: number}[]
    }
    return results.map(({mean, stddev, user, system}, index) => {
      const {name = '?', original} = contenders[index] ?? {}
      return {name, wall: mean, sd: stddev, cpu: user + system, ...(original !== undefined && {original})}
    })
  } finally {
    rmSync(dir, {recursive: true, force: true})
  }
}

/** hyperfine -N splits its words as a shell would but runs none. */
function join1(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(' ')
}
