import {existsSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import {Worker} from 'node:worker_threads'
import {expect} from 'vitest'
import {timesYardstick} from '../fakes/yardstick.js'
import {rounds as roundsOf} from '../lab/rounds.js'
import {hostileTokens, mutate, seededRandom} from './mutate.js'

export interface Fuzz {
  readonly name: string
  /** Of `npm run long`; a tenth of them else. */
  readonly rounds: number
  readonly samples: readonly (Buffer | string)[]
  /** Pieces of the format, inserted beside the hostile ones. */
  readonly words: readonly string[]
  /** Throws where the file is handled wrong. */
  readonly check: (bytes: Buffer) => void
}

/** A round takes the processor for this many rounds of the yardstick at most; it is far above what any takes. */
const slowest = 45

/**
 * Checks damaged files, the same in every run. What fails tells its seed, and `CTYS_FUZZ_SEED=N` begins there.
 * A round that never ends is ended with the whole process by a thread that watches. Returns how many rounds were run.
 */
export function runFuzz({name, rounds: whole, samples, words, check}: Fuzz): number {
  const rounds = roundsOf(whole)
  const canary = join(tmpdir(), `ctys-fuzz-canary-${name}`)
  rmSync(canary, {force: true})
  const corpus = {
    samples: samples.map((sample) => Buffer.from(sample as Buffer)),
    tokens: [...hostileTokens(`touch ${canary}`), ...words.map((word) => Buffer.from(word))],
  }
  const first = Number(process.env.CTYS_FUZZ_SEED ?? seedOf(name))
  const limitMs = timesYardstick(slowest)
  const round = new Int32Array(new SharedArrayBuffer(4))
  const watchdog = new Worker(new URL('watchdog.mjs', import.meta.url), {
    workerData: {name, first, round},
    execArgv: [],
  })
  try {
    for (let n = 0; n < rounds; n++) {
      Atomics.store(round, 0, n)
      const input = mutate(corpus, seededRandom(first + n))
      const begin = process.cpuUsage()
      try {
        check(input)
        const {user, system} = process.cpuUsage(begin)
        expect((user + system) / 1000, 'took too long').toBeLessThan(limitMs)
      } catch (error) {
        const shown = JSON.stringify(input.subarray(0, 2000).toString('latin1'))
        const message = (error instanceof Error ? error.message : String(error)).slice(0, 1000)
        throw new Error(`${name}, CTYS_FUZZ_SEED=${first + n}: ${message}\n${shown}`, {cause: error})
      }
    }
  } finally {
    void watchdog.terminate()
  }
  expect(existsSync(canary), 'a command in a file was run').toBe(false)
  return rounds
}

/** Far from those of the other names. */
function seedOf(name: string): number {
  return [...name].reduce((seed, char) => (Math.imul(seed, 31) + char.charCodeAt(0)) & 0x3fffffff, 7)
}

/** As toEqual, in a fraction of its time where the two are the same. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return
  expect(actual).toEqual(expected)
  expect.fail('differs in what toEqual passes over')
}

/** What a report prints has no control characters but its line ends, and nothing that turns text around. */
export function expectPrintable(...texts: readonly string[]): void {
  for (const text of texts) {
    const [found] = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]|\p{Cs}/u.exec(text) ?? []
    if (found !== undefined) expect.fail(`prints U+${found.codePointAt(0)?.toString(16)}`)
  }
}

/** A place in the file (line 0 is the whole of it), and a reason. */
export function expectExplained(
  faults: readonly {readonly line?: number | undefined; readonly reason: string}[],
  bytes: Buffer,
  lineEnd = /\n/,
): void {
  if (faults.length === 0) return
  const lines = bytes.toString('latin1').split(lineEnd).length
  for (const {line = 0, reason} of faults) {
    if (reason.trim() === '') expect.fail('no reason')
    if (!Number.isInteger(line) || line < 0 || line > lines) expect.fail(`line ${line} of ${lines}: ${reason}`)
  }
}
