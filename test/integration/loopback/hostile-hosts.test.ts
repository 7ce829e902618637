/** Hosts whose shell is an enemy, beside sound ones, by the built program: the sound ones do not notice. */
import {spawn} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {Outcome} from '../../../src/domain/work/outcome.js'
import {type Sshd, startSshd} from '../../fakes/sshd.js'

const shell = join(process.cwd(), 'test/fakes/hostile-shell.mjs')
const sound = Array.from({length: 8}, (_, n) => `good${n}`)

let dir: string
let servers: Sshd[]

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-hostile-'))
  servers = [await startSshd()]
})
afterEach(async () => {
  for (const server of servers) await server.stop()
  rmSync(dir, {recursive: true, force: true})
})

/** Each with a mode of hostile-shell.mjs and its size. Returns their names. */
async function addEnemies(modes: readonly string[]): Promise<readonly string[]> {
  const [first] = servers
  for (const name of sound) first?.configure(`Host ${name}\n  HostName 127.0.0.1\n  Port ${first.port}`)
  const started = await Promise.all(
    modes.map((mode) => startSshd({config: `ForceCommand ${process.execPath} ${shell} ${mode}`})),
  )
  servers.push(...started)
  return started.map((server, n) => {
    const name = `bad-${modes[n]?.replace(' ', '-')}`
    first?.configure(
      `Host ${name}\n  HostName 127.0.0.1\n  Port ${server.port}\n  IdentityFile ${server.dir}/client_key\n` +
        `  UserKnownHostsFile ${server.knownHosts}`,
    )
    return name
  })
}

interface Run {
  readonly code: number | null
  readonly outcomes: readonly Outcome[]
  readonly rssMiB: number
}

async function ctys(argv: readonly string[]): Promise<Run> {
  const rss = join(dir, 'rss')
  const probe = join(dir, 'rss.cjs')
  const text = JSON.stringify(rss)
  writeFileSync(
    probe,
    `process.on('exit', () => require('fs').writeFileSync(${text}, String(process.resourceUsage().maxRSS)))`,
  )
  const words = ['-r', probe, 'bin/ctys.cjs', ...argv, '--json', '--ssh-config', servers[0]?.configFile ?? '']
  const env = {PATH: process.env.PATH, HOME: dir, NODE_ENV: 'production'}
  const child = spawn(process.execPath, words, {env, stdio: ['ignore', 'pipe', 'inherit']})
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  const {outcomes} = JSON.parse(Buffer.concat(chunks).toString()) as {outcomes: Outcome[]}
  return {code, outcomes, rssMiB: Number(readFileSync(rss, 'utf8')) / 1024}
}

const verdictOf = (outcome: Outcome): string =>
  `${outcome.host} ${'error' in outcome ? outcome.error.code : outcome.status}`

/**
 * What became of each. An enemy that is too slow for its own flood, among many on a loaded machine, is ended by its limit
 * of time first; it is asked again alone, where only the flood counts.
 */
async function verdictsOf(outcomes: readonly Outcome[], words: readonly string[], more: readonly string[] = []) {
  const verdicts: string[] = []
  for (const outcome of outcomes) {
    let verdict = verdictOf(outcome)
    for (let round = 0; round < 3 && / (COMMAND_TIMEOUT|CONNECTION_LOST)$/.test(verdict); round++) {
      if (!outcome.host.startsWith('bad-')) break
      const [again] = (await ctys([...words, outcome.host, ...more])).outcomes
      if (again !== undefined) verdict = verdictOf(again)
    }
    verdicts.push(verdict)
  }
  return verdicts
}

test('the process table of an enemy costs it its own answer', async () => {
  const enemies = await addEnemies([
    ...['nul 20', 'marks 20', 'procs 1000000', 'args 60', 'commas 60', 'configs 1000000'],
    ...['errors 100', 'endless 300', 'tiny 1000000', 'word 100', 'second-nul 60'],
  ])
  const {code, outcomes, rssMiB} = await ctys(['list', ...sound, ...enemies])
  expect(await verdictsOf(outcomes, ['list'])).toEqual([
    ...sound.map((name) => `${name} ok`),
    ...enemies.map((name) => `${name} ${name.startsWith('bad-second') ? 'ok' : 'OUTPUT_TOO_LARGE'}`),
  ])
  expect(code).toBe(4)
  expect(rssMiB).toBeLessThan(400)
})

test('what an enemy answers to a scan costs it its own answer, the second one too', async () => {
  const vm = join(dir, 'vm')
  writeFileSync(`${vm}.ctys`, '#@#MAGICID-QEMU\n#@#LABEL = "web01"\n')
  const enemies = await addEnemies([
    ...['nls 60', 'recs 1000000', 'bases 20000', 'longline 70', 'longpath 60', 'interfaces 3000'],
    ...['complain 20000', 'images 1000000', 'rejects 6000', 'second-recs 1000000'],
  ])
  const {code, outcomes, rssMiB} = await ctys(['scan', ...sound, ...enemies, '--base', dir])
  expect(await verdictsOf(outcomes, ['scan'], ['--base', dir])).toEqual([
    ...sound.map((name) => `${name} ok`),
    ...enemies.map((name) => `${name} OUTPUT_TOO_LARGE`),
  ])
  for (const outcome of outcomes.slice(0, sound.length)) {
    expect(outcome).toMatchObject({data: {searched: [dir], files: 1}})
  }
  expect(code).toBe(4)
  expect(rssMiB).toBeLessThan(400)
})

test('an enemy that greets without end, says nothing, or goes on behind its answer', async () => {
  const enemies = await addEnemies(['greeting 100', 'silent 1', 'frames 1000000', 'after 100', 'stays 1'])
  const {code, outcomes} = await ctys(['list', ...sound, ...enemies])
  expect(outcomes.map(verdictOf)).toEqual([
    ...sound.map((name) => `${name} ok`),
    ...['SHELL_FAILED', 'SHELL_FAILED', 'ok', 'ok', 'ok'].map((verdict, n) => `${enemies[n]} ${verdict}`),
  ])
  expect(code).toBe(4)
})
