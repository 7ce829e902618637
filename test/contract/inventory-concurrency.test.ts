import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../inventory/fdb/ascii.js'
import {record} from '../fixtures/inventory/make-records.js'

// ten processes of the built program scan ten directories into one inventory at once, while others ask it

const scans = 10
const machines = 20
const known = Array.from({length: 300}, (_, n) => record({host: 'h0', label: `known-${n}`, source: 'hand'}))

let base: string
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'ctys-ten-scans-'))
  for (let n = 0; n < scans; n++) {
    for (let m = 0; m < machines; m++) {
      const uuid = `${n}`.padStart(16, '0') + `${m}`.padStart(16, '0')
      mkdirSync(join(directoryOf(n), `m${m}`), {recursive: true})
      writeFileSync(
        join(directoryOf(n), `m${m}/m${m}.ctys`),
        `#@#MAGICID-QEMU\n#@#UUID = "${uuid}"\n#@#MAC = "02:00:00:00:0${n}:0${m % 10}"\n`,
      )
    }
  }
})
afterAll(() => rmSync(base, {recursive: true, force: true, maxRetries: 5}))

const directoryOf = (n: number) => join(base, `vm-${n}`)

/** An inventory that knows machines of another host already. */
function newInventory(): string {
  const inventory = mkdtempSync(join(base, 'db-'))
  writeFileSync(join(inventory, 'enum.fdb'), formatEnumFdb(known))
  return inventory
}

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

function start(...argv: string[]): {readonly child: ChildProcess; readonly ended: Promise<Ended>} {
  const env = {PATH: process.env.PATH, HOME: base, NODE_ENV: 'production'}
  const child = spawn(process.execPath, ['bin/ctys.cjs', ...argv], {env, stdio: ['ignore', 'pipe', 'pipe']})
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const ended = once(child, 'close').then(([code, signal]) => ({code, signal, stdout, stderr}))
  return {child, ended}
}

const scan = (inventory: string, n: number) => start('scan', 'localhost', '--base', directoryOf(n), '-p', inventory)

/** How many machines of each directory are in the file, and that all others are there and nothing is broken. */
function countsIn(file: string): readonly number[] {
  const {records, rejects} = parseEnumFdb(readFileSync(file))
  expect(rejects).toEqual([])
  expect(records.filter(({host}) => host === 'h0')).toEqual(known)
  return Array.from({length: scans}, (_, n) => records.filter(({id}) => id.startsWith(`${directoryOf(n)}/`)).length)
}

const whole = Array<number>(scans).fill(machines)

test('ten scans at once lose no record, and whoever asks meanwhile sees whole scans only', {
  timeout: 120_000,
}, async () => {
  const inventory = newInventory()
  let running = true
  const asking = (async () => {
    const seen = new Set<number>()
    for (let isLast = false; !isLast; ) {
      isLast = !running
      const {code, stdout, stderr} = await start('find', '--json', '-p', inventory, 'label~.').ended
      expect({code, stderr}).toEqual({code: 0, stderr: ''})
      const records: readonly {host: string; id: string}[] = JSON.parse(stdout).records
      expect(records.filter(({host}) => host === 'h0')).toHaveLength(known.length)
      for (let n = 0; n < scans; n++) {
        expect([0, machines]).toContain(records.filter(({id}) => id.startsWith(`${directoryOf(n)}/`)).length)
      }
      seen.add(records.length)
    }
    return seen
  })()
  try {
    const all = await Promise.all(whole.map((_, n) => scan(inventory, n).ended))
    for (const {code, stderr} of all) expect({code, stderr}).toMatchObject({code: 0})
  } finally {
    running = false
  }
  expect((await asking).size).toBeGreaterThan(1)
  expect(countsIn(join(inventory, 'enum.fdb'))).toEqual(whole)
})

test('one of ten killed while it holds the lock costs the other nine nothing', {timeout: 120_000}, async () => {
  let killedAtWork = 0
  for (let round = 0; round < 8 && killedAtWork < 3; round++) {
    const inventory = newInventory()
    const victim = round % scans
    const all = whole.map((_, n) => scan(inventory, n))
    const {child, ended} = all[victim] ?? expect.fail()
    await lockHolder(inventory, child)
    child.kill('SIGKILL')
    if ((await ended).signal === 'SIGKILL') killedAtWork++
    for (const [n, {ended: other}] of all.entries()) if (n !== victim) expect(await other).toMatchObject({code: 0})
    const counts = countsIn(join(inventory, 'enum.fdb'))
    expect([0, machines]).toContain(counts[victim])
    expect(counts.with(victim, machines)).toEqual(whole)
    countsIn(join(inventory, 'enum.fdb.bak'))
    expect(await scan(inventory, victim).ended).toMatchObject({code: 0})
    expect(countsIn(join(inventory, 'enum.fdb'))).toEqual(whole)
    expect(
      readdirSync(inventory)
        .filter((name) => name.startsWith('enum.fdb'))
        .sort(),
    ).toEqual(['enum.fdb', 'enum.fdb.bak', 'enum.fdb.lock'])
  }
  expect(killedAtWork).toBe(3)
})

/** Ends when the lock's file names the process, or the process has ended. */
async function lockHolder(inventory: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && !lockText(inventory).includes(`"pid":${child.pid},`)) await sleep(0)
}

function lockText(inventory: string): string {
  try {
    return readFileSync(join(inventory, 'enum.fdb.lock'), 'utf8')
  } catch {
    return ''
  }
}
