/**
 * A file system that never answers, as an NFS server that is gone: a mount of FUSE without a server, in a mount
 * namespace of the call's own. A signal ends ctys there by the built program, whatever it waits for.
 */
import {spawn} from 'node:child_process'
import {closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {eventually, type Sshd, startSshd} from '../../fakes/sshd.js'

let dir: string
let dead: string
let sshd: Sshd

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-dead-'))
  dead = join(dir, 'dead')
  mkdirSync(dead)
  writeFileSync(join(dir, 'other.fdb'), '')
  sshd = await startSshd()
  const alias = (name: string, line: string): void => sshd.configure(`Host ${name}\n  HostName 127.0.0.1\n  ${line}`)
  alias('keys', `Port ${sshd.port}\n  IdentityFile ${dead}/key`)
  alias('known', `Port ${sshd.port}\n  UserKnownHostsFile ${dead}/known_hosts`)
})
afterAll(async () => {
  await sshd?.stop()
  rmSync(dir, {recursive: true, force: true})
})

const mounted = `mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 dead "$1" || exit 99
shift
exec "$@" 3>&-`

/** Whether a thread of it waits for a file system: state D of proc(5). */
function hangs(pid: number): boolean {
  try {
    const states = readdirSync(`/proc/${pid}/task`).map((task) => {
      const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'latin1')
      return stat.slice(stat.lastIndexOf(')') + 2)[0]
    })
    return states.includes('D') && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('bin/ctys.cjs')
  } catch {
    return false
  }
}

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly text: string
}

async function endedBy(signal: NodeJS.Signals, words: readonly string[]): Promise<Ended> {
  const device = openSync('/dev/fuse', 'r+')
  const env = {PATH: process.env.PATH, HOME: dir, NODE_ENV: 'production'}
  const command = ['-c', mounted, 'sh', dead, process.execPath, 'bin/ctys.cjs', ...words]
  const child = spawn('unshare', ['-m', 'sh', ...command], {env, stdio: ['ignore', 'pipe', 'pipe', device]})
  const pid = child.pid ?? 0
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, name) => resolve({code, signal: name, text}))
  })
  try {
    let surveys = 0
    const isWaiting = await eventually(() => {
      surveys = hangs(pid) ? surveys + 1 : 0
      return surveys > 2
    }, 20_000)
    expect(isWaiting, text).toBe(true)
    child.kill(signal)
    const isOver = await Promise.race([
      ended.then(() => true),
      eventually(() => child.exitCode !== null || child.signalCode !== null, 15_000),
    ])
    expect(isOver, text).toBe(true)
    return await ended
  } finally {
    child.kill('SIGKILL')
    closeSync(device)
  }
}

describe('an inventory on a file system that is gone', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends a check', async (name) => {
    expect(await endedBy(name, ['inventory', 'check', '--inventory', dead])).toMatchObject({signal: name})
  })

  test.each([
    ['find', ['find', 'web01']],
    ['a start', ['start', 'web01']],
    ['a conversion', ['inventory', 'convert', 'dead/enum.fdb']],
    ['a merge', ['inventory', 'merge', 'other.fdb']],
  ])('SIGTERM ends %s', async (_, words) => {
    const named = words.map((word) => (word.endsWith('.fdb') ? join(dir, word) : word))
    expect(await endedBy('SIGTERM', [...named, '--inventory', dead])).toMatchObject({signal: 'SIGTERM'})
  })
})

describe.each(['keys', 'known'])('files for a sign-in on it (%s), while hosts are at work', (host) => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the call, with its report', async (name) => {
    const {signal, text} = await endedBy(name, ['list', host, 'fake', '--json', '--ssh-config', sshd.configFile])
    expect(signal).toBe(name)
    expect(text).toMatch(/"exitCode": 130/)
  })
})
