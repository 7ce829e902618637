/** Consoles of real guests as typed on a terminal: through a jump host, beside others, and on every way out. */
import {once} from 'node:events'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {rounds} from '../lab/rounds.js'
import {ctys, ctysFile} from './run-ctys.js'
import {ctrlZ, ctysOnTerminal} from './terminal.js'

let lab: Lab
let jump: readonly string[]

beforeAll(async () => {
  lab = await startLab({hosts: 2})
  lab.makeVm(2, {label: 'web', mem: 96})
  const file = join(lab.dir, 'jump_config')
  writeFileSync(file, `Host h2\n  ProxyJump h1\n${readFileSync(lab.sshConfig, 'utf8')}`)
  jump = ['--ssh-config', file]
  expect(await ctys(lab, ['scan', 'h2', '--base', '/vm'])).toMatchObject({code: 0})
  expect(await ctys(lab, ['start', 'web'])).toMatchObject({code: 0})
  const ready = await ctys(lab, ['console', 'web', '--send', '\\n', '--expect', 'web# ', '--timeout', '100'])
  expect(ready.code, ready.stderr).toBe(0)
})

afterAll(() => lab?.down())

/** Everything of the console's way that could stay behind on the host: relays, logs that are followed. */
const leftOn = (host: number) =>
  lab.processes(host).filter(({args}) => /^(socat|nc|tail|cat)\b/.test(args.join(' '))).length

const onLine = async () => {
  const {stdout} = await lab.host(2, ['cat', '/proc/net/unix'])
  return stdout.split('\n').filter((row) => / 0[23] +\d+ .*qemumon\.web\.\d+\.admin$/.test(row)).length
}

describe.sequential('a console on a terminal', () => {
  test('through a jump host: a command, left by the escape, entered again', async () => {
    for (const number of [6, 7]) {
      const terminal = ctysOnTerminal(lab, ['console', 'web', ...jump])
      await terminal.waitFor(/its console; leave with Enter ~ \./)
      terminal.type('\r')
      await terminal.waitFor(/web# /)
      terminal.type(`echo is $((${number} * 7))\r`)
      await terminal.waitFor(new RegExp(`is ${number * 7}`))
      terminal.type('\r~.')
      const {code, output, before, after} = await terminal.end
      expect(code, output).toBe(0)
      expect(output).toContain('h2 web: detached; it runs on')
      expect(after).toBe(before)
    }
    await expect.poll(onLine, {timeout: 10_000}).toBe(0)
    expect(leftOn(2)).toBe(0)
  })

  test('suspended and taken up again', async () => {
    const terminal = ctysOnTerminal(lab, ['console', 'web'], {jobControl: true})
    await terminal.waitFor(/its console/)
    terminal.type(`\r~${ctrlZ}`)
    await terminal.waitFor(/STOPPED/)
    terminal.type('\r')
    await terminal.waitFor(/STOPPED[\s\S]*web# /)
    terminal.type('\r~.')
    const {code, before, after, output} = await terminal.end
    expect(code, output).toBe(0)
    expect([after, /STOPPED (\S+)/.exec(output)?.[1]]).toEqual([before, before])
  })

  test('a second one is refused, by name, and the first goes on', async () => {
    const first = ctysOnTerminal(lab, ['console', 'web'])
    await first.waitFor(/its console/)
    const second = await ctys(lab, ['console', 'web', '--send', 'echo from-second\\n'])
    expect(second).toMatchObject({code: 1, stderr: expect.stringContaining('CONSOLE_HELD')})
    first.type('\recho first-is $((40 + 2))\r')
    await first.waitFor(/first-is 42/)
    first.type('\r~.')
    const {output} = await first.end
    expect(output).not.toContain('from-second')
  })
})

test('of two that come at the same time nobody types into what the other has', async () => {
  for (let round = 0; round < rounds(40); round++) {
    const [a, b] = await Promise.all(
      ['aa', 'bb'].map((word) =>
        ctys(lab, [
          'console',
          'web',
          '--send',
          `echo ${word}${round}\\n`,
          '--expect',
          `^${word}${round}`,
          '--timeout',
          '20',
        ]),
      ),
    )
    // who was let in had an answer, who was not typed nothing: at the next prompt nothing of it is executed
    for (const one of [a, b]) {
      if (one?.code !== 0) expect(one).toMatchObject({code: 1, stderr: expect.stringContaining('CONSOLE_HELD')})
    }
    const late = await ctys(lab, ['console', 'web', '--send', '\\n', '--expect', 'web# ', '--timeout', '20'])
    expect(late.code, late.stderr).toBe(0)
    for (const [word, one] of [
      ['aa', a],
      ['bb', b],
    ] as const) {
      if (one?.code !== 0) expect(late.stdout).not.toContain(`${word}${round}`)
    }
  }
})

test('a lost link is told, and the console comes back with the host', async () => {
  const log = join(lab.dir, 'console.log')
  const terminal = ctysOnTerminal(lab, ['console', 'web', '--log', log])
  await terminal.waitFor(/its console/)
  // the end of sshd's process for this session, as of a host that drops the connection
  const {stdout} = await lab.host(2, ['sh', '-c', 'pgrep -u admin -x sshd'])
  for (const pid of stdout.split('\n').filter((word) => word !== '')) await lab.host(2, ['kill', pid])
  await terminal.waitFor(/the link is lost/)
  await terminal.waitFor(/the link is lost[\s\S]*its console/, 40_000)
  terminal.type('\recho back-is $((40 + 3))\r')
  await terminal.waitFor(/back-is 43/)
  terminal.type('\r~.')
  const {code, output} = await terminal.end
  expect(code, output).toBe(0)
  expect(readFileSync(log, 'utf8')).toMatch(/^\S+Z back-is 43$/m)
})

test('a script that is interrupted, or whose machine ends first, has not seen what it waits for', async () => {
  const waiting = ['console', 'web', '--expect', 'never-said', '--timeout', '60']
  const child = lab.spawnCtl([process.execPath, ctysFile, ...waiting], {stdio: ['ignore', 'ignore', 'pipe']})
  let told = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    const isNew = !told.includes('its console')
    told += chunk.toString()
    if (isNew && told.includes('its console')) child.kill('SIGTERM')
  })
  const [code] = await once(child, 'exit')
  expect(code, told).toBe(130)

  const ended = ctys(lab, waiting)
  await expect.poll(onLine, {timeout: 20_000}).toBe(1)
  expect(await ctys(lab, ['stop', 'web', '--force'])).toMatchObject({code: 0})
  expect(await ended).toMatchObject({code: 1, stderr: expect.stringContaining('did not say in time')})
  expect(await ctys(lab, ['start', 'web'])).toMatchObject({code: 0})
})

test('wrong words and a dead host', async () => {
  expect(await ctys(lab, ['console', 'nobody'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('MACHINE_NOT_FOUND'),
  })
  expect(await ctys(lab, ['console', 'web', '--escape', 'xx'])).toMatchObject({code: 2})
  expect(await ctys(lab, ['console', 'web', '--expect', '('])).toMatchObject({code: 2})
  await lab.cutCable(2)
  const dead = await ctys(lab, ['console', 'web', 'h2', '--send', 'x'])
  await lab.joinCable(2)
  expect(dead).toMatchObject({code: 1, stdout: ''})
})
