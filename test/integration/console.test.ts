/** Consoles of real guests as typed on a terminal: through a jump host, beside others, and on every way out. */
import {once} from 'node:events'
import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {socketPath} from '../lab/guest-console.js'
import {type Lab, startLab} from '../lab/lab.js'
import {rounds} from '../lab/rounds.js'
import {ctys, ctysFile} from './run-ctys.js'
import {ctrlZ, ctysOnTerminal} from './terminal.js'

let lab: Lab
let jump: readonly string[]

beforeAll(async () => {
  lab = await startLab({hosts: 2})
  lab.makeVm(2, {label: 'web', mem: 96, log: true})
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

/** The end of sshd's processes of the user's sessions, as of a host that drops its connections. */
const dropLinks = async () => {
  const {stdout} = await lab.host(2, ['sh', '-c', 'pgrep -u admin -x sshd'])
  for (const pid of stdout.split('\n').filter((word) => word !== '')) await lab.host(2, ['kill', pid])
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

test('of ctys and nc on the host at the same time, nothing of a ctys that was refused is executed', async () => {
  const path = join('/var/tmp', basename(await socketPath(lab, 2, 'qemumon.web')))
  const said = new Set<string>()
  for (let round = 0; round < rounds(200); round++) {
    const word = `cc${round}`
    const typed = `echo ${word} >>/tmp/said; echo done-${word}\\n`
    const foreign = async () => {
      // before, beside and behind what ctys does until it is on the line
      await sleep((round % 10) * 120)
      await lab.host(2, ['timeout', '-s', 'KILL', '0.4', 'sh', '-c', '(echo; sleep 1) | nc -U "$0"', path])
    }
    const words = ['console', 'web', '--send', typed, '--expect', `^done-${word}`, '--timeout', '30']
    const [mine] = await Promise.all([ctys(lab, words), foreign()])
    if (mine.code === 0) said.add(word)
    else expect(mine).toMatchObject({code: 1, stderr: expect.stringContaining('CONSOLE_HELD')})
  }
  const ask = [
    'console',
    'web',
    '--send',
    'cat /tmp/said; echo all-$((6*7))\\n',
    '--expect',
    'all-42',
    '--timeout',
    '30',
  ]
  const {stdout} = await ctys(lab, ask)
  expect(new Set(stdout.match(/^cc\d+(?=\r)/gm) ?? [])).toEqual(said)
})

test('a console is taken over from another ctys, which says by whom', async () => {
  const first = ctysOnTerminal(lab, ['console', 'web'])
  await first.waitFor(/its console/)
  const refused = await ctys(lab, ['console', 'web', '--send', 'x'])
  expect(refused.stderr).toMatch(
    /CONSOLE_HELD: web: ctys of \S+@\S+ \(as admin, from 10\.77\.\S+, for \d+ s\) is on its console/,
  )
  const second = ctysOnTerminal(lab, ['console', 'web', '--take'])
  const {code, output, before, after} = await first.end
  expect(output).toMatch(/h2 web: its console was taken over by \S+@\S+/)
  expect([code, after]).toEqual([0, before])
  await second.waitFor(/its console/)
  second.type('\recho mine-$((40 + 2))\r')
  await second.waitFor(/mine-42/)
  second.type('\r~.')
  expect((await second.end).code).toBe(0)
  await expect.poll(() => leftOn(2), {timeout: 10_000}).toBe(0)
})

test('what the guest printed while the link was lost is printed, each line once', async () => {
  const log = join(lab.dir, 'counter.log')
  const terminal = ctysOnTerminal(lab, ['console', 'web', '--log', log])
  await terminal.waitFor(/its console/)
  terminal.type('\ri=0; while [ $i -lt 300 ]; do i=$((i+1)); echo n$i; usleep 20000; done; echo over-$((5 + 5))\r')
  await terminal.waitFor(/n20\r/)
  await dropLinks()
  await terminal.waitFor(/the link is lost[\s\S]*its console[\s\S]*over-10/, 60_000)
  terminal.type('\r~.')
  expect((await terminal.end).code).toBe(0)
  const counted = [...readFileSync(log, 'utf8').matchAll(/^\S+Z n(\d+)$/gm)].map(([, number]) => Number(number))
  expect(counted).toEqual(Array.from({length: 300}, (_, index) => index + 1))
})

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('a terminal has its modes back after %s', async (signal) => {
  const terminal = ctysOnTerminal(lab, ['console', 'web'])
  await terminal.waitFor(/its console/)
  const {stdout} = await lab.ctl(['pgrep', '-f', `${ctysFile} console web$`])
  for (const pid of stdout.split('\n').filter(Boolean)) process.kill(Number(pid), signal)
  const {before, after, code} = await terminal.end
  expect(after).toBe(before)
  expect(code).not.toBe(0)
  await expect.poll(onLine, {timeout: 10_000}).toBe(0)
})

test('several machines are opened in tmux, each under its name', async () => {
  lab.makeVm(1, {label: 'db', mem: 96})
  expect(await ctys(lab, ['scan', 'h1', '--base', '/vm'])).toMatchObject({code: 0})
  expect(await ctys(lab, ['start', 'db'])).toMatchObject({code: 0})
  const env = {TMUX_TMPDIR: lab.dir, TMUX: ''}
  const windows = async () =>
    (await lab.ctl(['tmux', 'list-panes', '-a', '-F', '#{window_name} #{pane_title}'], {env})).stdout
  for (const words of [['@all'], ['*b', '--tile']]) {
    const terminal = ctysOnTerminal(lab, ['console', ...words], {env})
    await expect.poll(windows, {timeout: 30_000}).toMatch(/web on h2/)
    await expect.poll(windows).toMatch(/db on h1/)
    expect(await windows()).toMatch(words.includes('--tile') ? /^ctys /m : /^web web on h2$/m)
    // whoever attaches drops what was typed before
    await terminal.waitFor(/its console/)
    for (let open = 2; open > 0; open--) {
      terminal.type('\r~.')
      await expect
        .poll(async () => (await windows()).split('\n').filter(Boolean).length, {timeout: 10_000})
        .toBe(open - 1)
    }
    const {code, output} = await terminal.end
    expect(code, output).toBe(0)
  }
  expect(await ctys(lab, ['console', '@all'], {env})).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('needs a terminal'),
  })
  // this machine as it were without tmux
  const programs = join(lab.dir, 'programs')
  mkdirSync(programs)
  for (const name of ['nsenter', 'ssh', 'sh', 'env', 'setpriv']) symlinkSync(`/usr/bin/${name}`, join(programs, name))
  const bare = {...env, PATH: programs}
  expect(await ctys(lab, ['console', '@all'], {env: bare})).toMatchObject({
    stderr: expect.stringContaining('install tmux'),
  })
})

test('a lost link is told, and the console comes back with the host', async () => {
  const log = join(lab.dir, 'console.log')
  const terminal = ctysOnTerminal(lab, ['console', 'web', '--log', log])
  await terminal.waitFor(/its console/)
  await dropLinks()
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
  expect(await ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/NOT_SEEN: .*did not print \/never-said\/m before the console was closed/),
  })
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
