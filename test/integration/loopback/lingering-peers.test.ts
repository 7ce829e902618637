/**
 * Peers that never close a connection, by the built program: whatever they did before, the call ends when its report is
 * written, and a signal ends it in every phase.
 */
import {spawn} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, type TestContext, test} from 'vitest'
import type {Outcome} from '../../../src/domain/work/outcome.js'
import {
  bannersWithoutEnd,
  floods,
  ident,
  type LingeringPeer,
  neverClose,
  protocolBreaks,
  sayAndStay,
  sayWithoutEnd,
} from '../../fakes/lingering-peer.js'
import {addLine, eventually, makeKey, type Sshd, startSshd} from '../../fakes/sshd.js'

/** How long a call may live behind its report: nothing is left to wait for. */
const afterReportMs = 3_000

let dir: string
let sshd: Sshd
/** Knows none of our keys. */
let stranger: Sshd

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-linger-'))
  sshd = await startSshd()
  stranger = await startSshd()
})
afterAll(async () => {
  await sshd?.stop()
  await stranger?.stop()
  rmSync(dir, {recursive: true, force: true})
})

/** It goes with the test. */
async function during<P extends LingeringPeer>({onTestFinished}: TestContext, begun: Promise<P>): Promise<P> {
  const peer = await begun
  onTestFinished(() => peer.stop())
  return peer
}

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly outcomes: readonly Outcome[]
  /** From the last byte of the report to the end. */
  readonly lingerMs: number
}

function ctys(argv: readonly string[]) {
  const env = {PATH: process.env.PATH, HOME: dir, NODE_ENV: 'production'}
  const words = ['bin/ctys.cjs', ...argv, '--json', '--ssh-config', sshd.configFile]
  const child = spawn(process.execPath, words, {env, stdio: ['ignore', 'pipe', 'pipe']})
  child.stderr.resume()
  let text = ''
  let saidAt = 0
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    saidAt = performance.now()
  })
  const limit = setTimeout(() => child.kill('SIGKILL'), 45_000)
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(limit)
      const outcomes = text === '' ? [] : (JSON.parse(text) as {outcomes: Outcome[]}).outcomes
      resolve({code, signal, outcomes, lingerMs: saidAt === 0 ? 0 : performance.now() - saidAt})
    })
  })
  return {child, ended}
}

const alias = (name: string, port: number, seconds = 4): void =>
  sshd.configure(`Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  ConnectTimeout ${seconds}`)

const codeOf = (outcome: Outcome | undefined): string | undefined =>
  outcome !== undefined && 'error' in outcome ? outcome.error.code : outcome?.status

async function expectGivenUp(name: string, transport: string, likeMs: number): Promise<void> {
  const started = performance.now()
  const {code, outcomes, lingerMs} = await ctys(['list', name, '--transport', transport]).ended
  expect(outcomes.map(codeOf)).toEqual([expect.stringMatching(/^(?:UNREACHABLE|CONNECT_TIMEOUT)$/)])
  expect(code).toBe(1)
  expect(lingerMs).toBeLessThan(afterReportMs)
  // some answers of a step count, each as the end of a silence
  expect(performance.now() - started).toBeLessThan(likeMs * 4)
}

/** What a peer that says nothing at all costs, with the same limit. */
const silences = new Map<string, number>()
async function silentMs(transport: string): Promise<number> {
  const known = silences.get(transport)
  if (known !== undefined) return known
  const silent = await sayAndStay(Buffer.alloc(0))
  const name = `silent-${silent.port}`
  alias(name, silent.port, 1)
  const started = performance.now()
  await ctys(['list', name, '--transport', transport]).ended
  await silent.stop()
  const ms = performance.now() - started
  silences.set(transport, ms)
  return ms
}

describe.concurrent.each(Object.entries(protocolBreaks))('a peer that says %s and stays', (what, words) => {
  test.for(['ssh', 'openssh'])('is reported, and the call over %s ends', async (transport, context) => {
    const peer = await during(context, sayAndStay(words))
    const name = `breaks-${what.replaceAll(' ', '-')}-${transport}`
    alias(name, peer.port)
    const {code, outcomes, lingerMs} = await ctys(['list', name, '--transport', transport]).ended
    expect(outcomes.map(codeOf)).toEqual([expect.stringMatching(/^(?:UNREACHABLE|CONNECT_TIMEOUT)$/)])
    expect(code).toBe(1)
    expect(lingerMs).toBeLessThan(afterReportMs)
  })
})

describe.each(Object.entries(floods))('a peer that says %s', (what, flood) => {
  test.for([
    ['ssh', false],
    ['ssh', true],
    ['openssh', false],
    ['openssh', true],
  ] as const)('is given up over %s, as one that is silent (after its identification: %s)', async (how, context) => {
    const [transport, isIdentified] = how
    const peer = await during(context, sayWithoutEnd(isIdentified ? ident : Buffer.alloc(0), flood))
    const name = `floods-${what.replaceAll(' ', '-')}-${transport}-${isIdentified}`
    alias(name, peer.port, 1)
    await expectGivenUp(name, transport, await silentMs(transport))
  })
})

describe.each([1, 200])('a peer that signs nobody in and sends a banner every %d ms', (everyMs) => {
  test.for(['ssh', 'openssh'])('is given up over %s', async (transport, context) => {
    const key = readFileSync(join(sshd.dir, 'host_key'), 'utf8')
    const peer = await during(context, bannersWithoutEnd(key, everyMs))
    addLine(sshd.knownHosts, `[127.0.0.1]:${peer.port} ${sshd.hostKey}`)
    const name = `banners-${everyMs}-${transport}`
    alias(name, peer.port, 1)
    await expectGivenUp(name, transport, await silentMs(transport))
  })
})

describe.concurrent('an sshd behind somebody who keeps every connection open', () => {
  test.for([
    ['whose key is refused', 'HOST_KEY_CHANGED'],
    ['that accepts no key of ours', 'AUTH_FAILED'],
    ['that answers', 'ok'],
  ] as const)('%s: the call ends', async ([what, verdict], context) => {
    const behind = verdict === 'AUTH_FAILED' ? stranger : sshd
    const peer = await during(context, neverClose(behind.port))
    const name = `stays-${verdict.toLowerCase()}`
    const wrong = makeKey(join(dir, name))
    addLine(sshd.knownHosts, `[127.0.0.1]:${peer.port} ${verdict === 'HOST_KEY_CHANGED' ? wrong : behind.hostKey}`)
    alias(name, peer.port)
    const {outcomes, lingerMs} = await ctys(['list', name]).ended
    expect(outcomes.map(codeOf), what).toEqual([verdict])
    expect(lingerMs).toBeLessThan(afterReportMs)
  })

  // by how much of the sshd's side of a whole session has passed: key exchange, sign-in, shell, commands
  test.for([30, 800, 1_700, 2_400, 3_000, 3_600])(
    'that falls silent after %d bytes: the call ends',
    async (bytes, context) => {
      const peer = await during(context, neverClose(sshd.port, bytes))
      addLine(sshd.knownHosts, `[127.0.0.1]:${peer.port} ${sshd.hostKey}`)
      alias(`silent-${bytes}`, peer.port)
      const {outcomes, lingerMs, signal} = await ctys(['list', `silent-${bytes}`]).ended
      expect(signal).toBeNull()
      expect(outcomes).toHaveLength(1)
      expect(lingerMs).toBeLessThan(afterReportMs)
    },
  )
})

describe.concurrent.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s', (name) => {
  test.for([0, 30, 800, 1_700, 2_400, 3_000, 3_600])(
    'ends a call whose peer fell silent after %d bytes, with a report; a second one ends it at once',
    async (bytes, context) => {
      const one = await during(context, neverClose(sshd.port, bytes))
      addLine(sshd.knownHosts, `[127.0.0.1]:${one.port} ${sshd.hostKey}`)
      const host = `signal-${name.toLowerCase()}-${bytes}`
      alias(host, one.port, 60)
      const first = ctys(['list', host])
      expect(await eventually(() => one.seen() === 1, 20_000)).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, 300))
      first.child.kill(name)
      const {code, outcomes} = await first.ended
      expect(code).toBe(130)
      expect(outcomes).toHaveLength(1)

      const second = ctys(['list', host])
      expect(await eventually(() => one.seen() === 2, 20_000)).toBe(true)
      second.child.kill(name)
      const again = setInterval(() => second.child.kill(name), 50)
      const end = await second.ended
      clearInterval(again)
      expect([end.signal, end.code]).toContain(end.signal === null ? 130 : name)
    },
  )
})
