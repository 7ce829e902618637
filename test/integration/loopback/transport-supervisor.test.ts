import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {createLocalTransport} from '../../../src/transport/local/local.js'
import {supervisor} from '../../../src/transport/shell/supervisor.js'
import {descendantsOf, eventually, processTable, tryKill} from '../../fakes/sshd.js'

/** The supervisor under every shell that may be `sh`, and what it does when the client is no help. */

type Shell = readonly [string, ...string[]]
const shells: readonly {readonly shell: Shell}[] = [
  {shell: ['dash']},
  {shell: ['bash', '--posix']},
  {shell: ['busybox', 'sh']},
  {shell: ['mksh']},
]
const {signal} = new AbortController()
let seconds = 300_000 + (process.pid % 10_000) * 50
const unique = (): string => `${++seconds}`
const sleeping = (text: string): boolean => processTable().some(({args}) => args === `sleep ${text}`)

/** PATH with only some tools, to see what the supervisor does without the others. */
let poor = ''
beforeAll(() => {
  poor = mkdtempSync(join(tmpdir(), 'ctys-poor-'))
  for (const kit of ['perl', 'none']) {
    execFileSync('mkdir', [join(poor, kit)])
    for (const tool of ['sh', 'sleep', 'ps', 'awk', 'cat', 'true', ...(kit === 'perl' ? ['perl'] : [])]) {
      symlinkSync(execFileSync('sh', ['-c', 'command -v "$0"', tool], {encoding: 'utf8'}).trim(), join(poor, kit, tool))
    }
  }
})
afterAll(() => rmSync(poor, {recursive: true, force: true}))

/** A bare shell with the supervisor, without our client. */
function bare(shell: Shell, env: NodeJS.ProcessEnv = process.env) {
  const [file, ...args] = shell
  const path = execFileSync('sh', ['-c', 'command -v "$0"', file], {encoding: 'utf8'}).trim()
  const child = spawn(path, args, {detached: true, stdio: ['pipe', 'pipe', 'pipe'], env})
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  child.stderr.resume()
  child.stdin.write(`${supervisor}ctys_begin MARK\n`)
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {child, ended, send: (line: string) => child.stdin.write(`${line}\n`), said: () => said}
}

test('shellcheck finds nothing in the supervisor', () => {
  const {stdout, status} = spawnSync('shellcheck', ['-s', 'sh', '-'], {input: supervisor, encoding: 'utf8'})
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

describe.each(shells)('under $shell', ({shell}) => {
  test('runs commands through the client, stops them, and leaves nothing', async () => {
    const session = await createLocalTransport({shell}).open({host: 'localhost'}, {signal})
    for (let i = 0; i < 64; i++) expect((await session.exec(['sh', '-c', `exit ${i}`])).exitCode).toBe(i)
    const input = `${'é\u0081\n'.repeat(1000)}'`
    const cat = await session.exec(['sh', '-c', 'cat; printf "%s" "$1" >&2; exit 7', 'sh', "a'\n\u0088"], {input})
    expect([cat.exitCode, cat.stdout.toString(), cat.stderr.toString()]).toEqual([7, input, "a'\n\u0088"])
    expect((await session.exec(['sh', '-c', 'kill -9 $$'])).exitCode).toBe(137)
    const [a, b] = [unique(), unique()]
    await expect(session.exec(['sleep', a], {deadlineMs: 200})).rejects.toMatchObject({code: 'COMMAND_TIMEOUT'})
    const left = await session.exec(['sh', '-c', `sleep ${b} & echo out; echo err >&2`])
    expect([left.stdout.toString(), left.stderr.toString()]).toEqual(['out\n', 'err\n'])
    await session.close()
    expect([sleeping(a), sleeping(b)]).toEqual([false, false])
    expect(await eventually(() => descendantsOf(process.pid).every((pid) => !isOurs(pid, shell)))).toBe(true)
  })

  test('an abort at any moment ends the command', async () => {
    const session = await createLocalTransport({shell}).open({host: 'localhost'}, {signal})
    const a = unique()
    for (let i = 0; i < 12; i++) {
      const abort = new AbortController()
      const run = session.exec(['sleep', a], {signal: abort.signal})
      setTimeout(() => abort.abort(), i)
      await expect(run).rejects.toMatchObject({code: 'INTERRUPTED'})
    }
    expect(sleeping(a)).toBe(false)
    expect((await session.exec(['echo', 'ok'])).stdout.toString()).toBe('ok\n')
    await session.close()
  })

  test('keeps the deadline by itself, says so, and goes on', async () => {
    const {child, ended, send, said} = bare(shell)
    const [a, b] = [unique(), unique()]
    send(`ctys_job j1 1 0 '' sh -c 'trap "" TERM; sleep ${a} & sleep ${b}; sleep ${b}'`)
    expect(await eventually(() => said().includes('\nMARK j1 deadline\n'))).toBe(true)
    expect([sleeping(a), sleeping(b)]).toEqual([false, false])
    send("ctys_done\nctys_job j2 5 0 '' echo next")
    expect(await eventually(() => said().endsWith('next\n\nMARK j2 0\n'))).toBe(true)
    child.stdin.end()
    await ended
  })

  test('the end of its stdin, and the death of its reader, end what runs', async () => {
    const {child, ended, send} = bare(shell)
    const a = unique()
    send(`ctys_job j1 60 0 '' sh -c 'trap "" TERM; sleep ${a}; sleep ${a}'`)
    expect(await eventually(() => sleeping(a))).toBe(true)
    const helpers = descendantsOf(child.pid ?? 0)
    child.stdout.destroy()
    child.stderr.destroy()
    child.stdin.end()
    await ended
    expect(sleeping(a)).toBe(false)
    expect(await eventually(() => processTable().every(({pid}) => !helpers.includes(pid)))).toBe(true)
  })
})

test('without a heartbeat it ends the command and itself', async () => {
  // The same script with a shorter watch; the link stays open and is silent.
  const {child, ended, send} = bare(['sh'])
  const a = unique()
  send(`${supervisor.match(/^ctys_guard\(\) \{[\s\S]*?^\}$/m)?.[0].replace('sleep 60', 'sleep 1')}`)
  send(`ctys_job j1 60 0 '' sh -c 'trap "" TERM; sleep ${a}; sleep ${a}'\nctys_beat`)
  expect(await eventually(() => sleeping(a))).toBe(true)
  const helpers = descendantsOf(child.pid ?? 0)
  await ended
  expect(sleeping(a)).toBe(false)
  expect(await eventually(() => processTable().every(({pid}) => !helpers.includes(pid)))).toBe(true)
})

test.each([
  ['perl', 'perl'],
  ['the process table', 'none'],
])('without setsid it ends a tree with the help of %s', async (_, kit) => {
  const {child, ended, send, said} = bare(['dash'], {PATH: join(poor, kit)})
  const [a, b] = [unique(), unique()]
  send(`ctys_job j1 30 0 '' sh -c 'sleep ${a} & sleep ${b}'`)
  expect(await eventually(() => sleeping(a) && sleeping(b))).toBe(true)
  send('ctys_cancel j1')
  expect(await eventually(() => said().includes('\nMARK j1 cancelled\n'))).toBe(true)
  expect([sleeping(a), sleeping(b)]).toEqual([false, false])
  send("ctys_job j2 5 0 '' no-such-command")
  expect(await eventually(() => said().includes('\nMARK j2 127\n'))).toBe(true)
  child.stdin.end()
  await ended
})

function isOurs(pid: number, shell: readonly string[]): boolean {
  return processTable().some((row) => row.pid === pid && row.args === shell.join(' '))
}

afterAll(() => {
  for (const {pid, args} of processTable()) if (/^sleep 3\d{5}$/.test(args)) tryKill(pid)
})
