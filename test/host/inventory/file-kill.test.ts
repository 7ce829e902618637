import {existsSync} from 'node:fs'
import {mkdir, readdir, readFile, watch} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {childEnvironment, childPlace, killHard, startChild} from '../../fixtures/inventory/run-child.js'
import {seededRandom} from '../../fuzz/mutate.js'
import {rounds} from '../../lab/rounds.js'

// a writer ended by SIGKILL, 200 times in all, each time somewhere else: the file is whole, and the next writer can write

const base = childPlace()

const machines = 300

test.concurrent.each([
  ['flock(1)', rounds(120), childEnvironment(), 20260101],
  ['an owner file', rounds(80), childEnvironment('/nonexistent'), 20260102],
])(
  'killed under %s at %i random points: the old file or the new one, whole, and a lock that can be had',
  {
    timeout: 240_000,
  },
  async (lock, points, env, seed) => {
    const directory = join(base.path, lock)
    await mkdir(directory)
    const random = seededRandom(seed)
    let last = ''
    let cutShort = 0
    for (let point = 0; point < points; point++) {
      // it is ready when it has written, and so has the lock of the one before that was killed
      const child = await startChild([base.script, 'churn', directory, String(machines), `writer-${point}`], env)
      // every second time in the middle of writing, which is the smallest part of a merge
      const isWriting = point % 2 === 1
      const delay = random() * (isWriting ? 4 : 50)
      if (isWriting) await temporaryFile(directory)
      await sleep(delay)
      await killHard(child)
      const where = `${lock}, seed ${seed}, point ${point}, ${delay} ms`
      const mark = await wholeMark(join(directory, 'enum.fdb'))
      expect(mark, where).toMatch(new RegExp(`^writer-${point} [0-9]+$`))
      expect(mark, where).not.toBe(last)
      const before = join(directory, 'enum.fdb.bak')
      if (point > 0 || existsSync(before)) expect(await wholeMark(before), where).toMatch(/^writer-[0-9]+ [0-9]+$/)
      last = mark
      if ((await readdir(directory)).some((name) => name.startsWith('enum.fdb.tmp-'))) cutShort++
    }
    // else none was killed while it wrote
    expect(cutShort).toBeGreaterThan(points / 20)
  },
)

/** Ends when a temporary file of the inventory appears. */
async function temporaryFile(directory: string): Promise<void> {
  for await (const {filename} of watch(directory, {signal: AbortSignal.timeout(10_000)})) {
    if (filename?.startsWith('enum.fdb.tmp-')) return
  }
}

/** The mark all records of the file have; fails where one lacks, is broken or has another one. */
async function wholeMark(file: string): Promise<string> {
  const {records, rejects} = parseEnumFdb(await readFile(file))
  expect(rejects).toEqual([])
  expect(records).toHaveLength(machines)
  const marks = [...new Set(records.map(({userString}) => userString))]
  expect(marks).toHaveLength(1)
  return marks[0] ?? ''
}
