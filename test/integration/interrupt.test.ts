/** Ctrl-C, signals, closed pipes and terminals: what ctys says then, and what it leaves behind on host and terminal. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import {formatLine} from '../../inventory/fdb/line.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysFile, ctysJson, guestsOf, verdicts} from './run-ctys.js'
import {screenOf} from './screen.js'
import {ctrlC, ctysOnTerminal, type TerminalEnd} from './terminal.js'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 3})
  lab.makeVm(1, {label: 'web01'})
  lab.makeVm(1, {label: 'deaf1', deaf: true})
  lab.makeVm(3, {label: 'web03'})
  const slow = lab.hostPath(1, lab.makeVm(1, {label: 'slow1'}).wrapper)
  writeFileSync(slow, readFileSync(slow, 'utf8').replace('\n', '\nsleep 4.125\n'))
  // on h2 every search takes an hour
  writeFileSync(lab.hostPath(2, '/usr/local/bin/find'), '#!/bin/sh\nexec sleep 3600\n', {mode: 0o755})
  expect(await ctys(lab, ['scan', 'h1', 'h3', '--base', '/vm'])).toMatchObject({code: 0})
  expect(await ctys(lab, ['start', 'web03', 'h3'])).toMatchObject({code: 0})
})

afterAll(() => lab?.down())

/** Commands of ctys that run on a host, guests and the lab's own processes left out. */
function commandsOn(host: number): readonly string[] {
  return lab
    .processes(host)
    .map(({args}) => args.join(' '))
    .filter((line) => !/^sshd|host-init|qemu-system/.test(line))
}

const slowScan = ['scan', 'h2', '--base', '/vm']
const searching = (): boolean => commandsOn(2).includes('sleep 3600')

function expectSoundTerminal({before, after, output}: TerminalEnd): void {
  expect(after).toBe(before)
  const hidden = output.split('\x1b[?25l').length - 1
  const shown = output.split('\x1b[?25h').length - 1
  expect(shown).toBeGreaterThanOrEqual(hidden)
}

async function timed<T>(work: Promise<T>): Promise<{value: T; ms: number}> {
  const began = Date.now()
  return {value: await work, ms: Date.now() - began}
}

describe.sequential('Ctrl-C on a terminal', () => {
  afterEach(() => {
    lab.thawHost(1)
    lab.thawHost(2)
  })

  test('during a list with a frozen host: the others are reported, that one as interrupted, exit 130', async () => {
    lab.freezeHost(2)
    const terminal = ctysOnTerminal(lab, ['list', 'h1', 'h2', 'h3'])
    await terminal.waitFor(/2\/3 done/)
    terminal.type(ctrlC)
    const {value: end, ms} = await timed(terminal.end)
    expect(ms).toBeLessThan(4000)
    expect(end.code, end.output).toBe(130)
    const screen = screenOf(end.output)
    expect(screen).toMatch(/^h3 +web03 +running/m)
    expect(screen).toMatch(/^h2: skipped: interrupted$/m)
    expect(screen).toContain('3 hosts: 2 done, 1 skipped')
    expect(screen).not.toMatch(/\d\/3 done/)
    expectSoundTerminal(end)
  })

  test('nothing more is started after it', async () => {
    lab.freezeHost(2)
    const terminal = ctysOnTerminal(lab, ['list', 'h2', 'h3', '--fanout', '1'])
    await terminal.waitFor(/0\/2 done/)
    terminal.type(ctrlC)
    const end = await terminal.end
    expect(end.code, end.output).toBe(130)
    expect(screenOf(end.output)).not.toMatch(/web03 +running/)
    expect(screenOf(end.output)).toContain('h3: skipped: interrupted before it was started')
  })

  test('while a host that froze does not settle: within the limits of the session it is reported all the same', async () => {
    const terminal = ctysOnTerminal(lab, slowScan)
    await expect.poll(searching, {timeout: 8000}).toBe(true)
    lab.freezeHost(2)
    await terminal.waitFor(/running/)
    terminal.type(ctrlC)
    const {value: end, ms} = await timed(terminal.end)
    expect(ms).toBeLessThan(12_000)
    expect(end.code, end.output).toBe(130)
    expect(screenOf(end.output)).toMatch(/^h2: INTERRUPTED: stopped by the user, then/m)
    expectSoundTerminal(end)
  })

  test('twice: it leaves at once, without a report', async () => {
    const terminal = ctysOnTerminal(lab, slowScan)
    await expect.poll(searching, {timeout: 8000}).toBe(true)
    lab.freezeHost(2)
    await terminal.waitFor(/running/)
    terminal.type(ctrlC)
    await terminal.waitFor(/Ctrl-C again/)
    terminal.type(ctrlC)
    const {value: end, ms} = await timed(terminal.end)
    expect(ms).toBeLessThan(1000)
    expect(end.code, end.output).toBe(130)
    expect(end.output).not.toContain('h2: INTERRUPTED')
    expect(screenOf(end.output)).not.toMatch(/0\/1 done/)
    expectSoundTerminal(end)
    lab.thawHost(2)
    await expect.poll(() => commandsOn(2), {timeout: 10_000}).toEqual([])
  })

  test.each([
    ['ssh', 0],
    ['ssh', 400],
    ['ssh', 900],
    ['openssh', 100],
    ['openssh', 500],
  ])(
    'during a create over %s, after %d ms on the host: a whole guest or none, and that is said',
    async (transport, wait) => {
      const terminal = ctysOnTerminal(lab, ['start', 'web01', 'h1', '--transport', transport])
      await terminal.waitFor(/running/)
      await sleep(wait)
      terminal.type(ctrlC)
      const {value: end, ms} = await timed(terminal.end)
      expect(ms).toBeLessThan(12_000)
      expect([0, 130], end.output).toContain(end.code)
      const guests = guestsOf(lab, 1)
      // what keeps the log of a guest lives as long as the guest
      const isKeeper = (line: string) => guests.length > 0 && /^dd bs=512 count|\bkeep \S+\.log$/.test(line)
      expect(commandsOn(1).filter((line) => !isKeeper(line))).toEqual([])
      // a guest that is left was reported: started, or not proven to be down
      if (guests.length > 0) expect(screenOf(end.output)).toMatch(/web01.*running|START_UNPROVEN/)
      expectSoundTerminal(end)
      expect(await ctys(lab, ['stop', '--all', 'h1', '--force'])).toMatchObject({code: 0})
    },
  )

  test('while a deaf guest is waited for: no harder step is taken, and the report does not say it is gone', async () => {
    expect(await ctys(lab, ['start', 'deaf1', 'h1'])).toMatchObject({code: 0})
    const terminal = ctysOnTerminal(lab, ['stop', 'deaf1', 'h1', '--grace', '60'])
    await terminal.waitFor(/power button/)
    terminal.type(ctrlC)
    const {value: end, ms} = await timed(terminal.end)
    expect(ms).toBeLessThan(8000)
    expect(end.code, end.output).toBe(130)
    expect(screenOf(end.output)).toMatch(/^h1: INTERRUPTED/m)
    expect(screenOf(end.output)).not.toMatch(/gone/)
    expect(guestsOf(lab, 1)).toEqual(['deaf1'])
    expectSoundTerminal(end)
    expect(await ctys(lab, ['stop', 'deaf1', 'h1', '--force'])).toMatchObject({code: 0})
  })

  test.each([
    ['a start', ['start', 'slow1', 'h1'], () => commandsOn(1).includes('sleep 4.125'), 'slow1 may still come up'],
    ['a stop', ['stop', 'deaf1', 'h1', '--grace', '60'], () => true, 'the stop of deaf1 may still go on'],
  ])('twice during %s: it leaves at once, and says what may still happen', async (what, argv, isUnderWay, said) => {
    if (what === 'a stop') expect(await ctys(lab, ['start', 'deaf1', 'h1'])).toMatchObject({code: 0})
    const terminal = ctysOnTerminal(lab, argv)
    await terminal.waitFor(what === 'a stop' ? /power button/ : /running/)
    await expect.poll(isUnderWay, {timeout: 10_000}).toBe(true)
    lab.freezeHost(1)
    terminal.type(ctrlC)
    await terminal.waitFor(/Ctrl-C again/)
    terminal.type(ctrlC)
    const {value: end, ms} = await timed(terminal.end)
    expect(ms).toBeLessThan(3000)
    expect(end.code, end.output).toBe(130)
    expect(screenOf(end.output)).toContain(`h1: ${said}; see: ctys list h1`)
    expectSoundTerminal(end)
    lab.thawHost(1)
    await expect.poll(() => commandsOn(1).includes('sleep 4.125'), {timeout: 15_000}).toBe(false)
    expect(await ctys(lab, ['stop', '--all', 'h1', '--force'])).toMatchObject({code: 0})
  })
})

describe.sequential('the live display', () => {
  afterEach(() => {
    lab.thawHost(2)
  })

  test('comes when it takes longer, and leaves nothing on the screen but the report', async () => {
    lab.freezeHost(2)
    const terminal = ctysOnTerminal(lab, ['list', 'h2', 'h3'])
    await terminal.waitFor(/1\/2 done/)
    lab.thawHost(2)
    const end = await terminal.end
    expect(end.code, end.output).toBe(0)
    expect(screenOf(end.output)).toMatch(
      /^(no machine runs or is recorded on h2\n)?2 hosts: 2 done\nHOST .*\nh3 +web03 +running.*\n$/,
    )
    expectSoundTerminal(end)
  })

  test('does its work on a terminal that has no size', async () => {
    const terminal = ctysOnTerminal(lab, ['list', 'h3'], {columns: 0, rows: 0})
    const end = await terminal.end
    expect(end.code, end.output).toBe(0)
    expect(screenOf(end.output)).toMatch(/web03.*running/)
  })

  test('is not there without a terminal: only the report is on stderr', async () => {
    lab.freezeHost(2)
    setTimeout(() => lab.thawHost(2), 1500)
    const list = await ctys(lab, ['list', 'h2', 'h3', 'nosuchhost'])
    expect(list.code).toBe(4)
    expect(list.stdout + list.stderr).not.toMatch(/\x1b/)
    expect(list.stderr).not.toMatch(/connecting|\d\/3/)
    expect(list.stderr).toMatch(/^(no machine runs or is recorded on h2\n)?nosuchhost: NAME_NOT_RESOLVED/)
  })
})

describe.sequential('colours and pipes', () => {
  const inventory = () => join(lab.ctlHome, 'stale')
  const find = (env: NodeJS.ProcessEnv) => ctysOnTerminal(lab, ['find', '-p', inventory()], {env}).end

  beforeAll(() => {
    mkdirSync(inventory())
    const records = Array.from({length: 4000}, (_, n) =>
      formatLine({...emptyRecord(), host: 'h9', type: 'QEMU', label: `vm${n}`, id: `/vm/vm${n}/vm${n}.ctys`}),
    )
    writeFileSync(join(inventory(), 'enum.fdb'), `${records.join('\n')}\n`)
  })

  test('are on a terminal, and are not with NO_COLOR or TERM=dumb', async () => {
    expect((await find({FORCE_COLOR: undefined, NO_COLOR: undefined})).output).toMatch(/\x1b\[2m/)
    expect((await find({FORCE_COLOR: undefined, NO_COLOR: '1'})).output).not.toMatch(/\x1b/)
    expect((await find({FORCE_COLOR: undefined, NO_COLOR: undefined, TERM: 'dumb'})).output).not.toMatch(/\x1b/)
  })

  test.each([
    ['find', ['find']],
    ['find in records', ['find', '-X']],
    ['find through oclif', ['find', '--json', '--no-such-flag']],
    ['find in JSON', ['find', '--json']],
    ['list', ['list', 'h3', '--json']],
    ['a failure', ['list', 'nosuchhost1', 'h3', '--verbose']],
  ])('%s into a reader that has seen enough is no fault', async (_name, argv) => {
    for (const redirect of ['', '2>&1']) {
      const line = `"$@" ${redirect} | head -c 1 >/dev/null`
      const words = ['sh', '-c', line, 'sh', process.execPath, ctysFile, ...argv]
      const result = await lab.ctl(words, {env: {CTYS_DBPATH: inventory(), NODE_ENV: 'production'}})
      expect(result.stderr).not.toMatch(/EPIPE|^ +at |node:/m)
      expect(result.code).toBe(0)
    }
  })

  test('a stderr nobody reads hides neither the answer nor the exit status', async () => {
    const line = '"$@" 2>&1 >/dev/null | :; exit 0'
    const words = ['sh', '-c', line, 'sh', process.execPath, ctysFile, 'list', 'h3', 'nosuchhost', '--verbose']
    expect(await lab.ctl(words, {env: {NODE_ENV: 'production'}})).toMatchObject({code: 0, stderr: ''})
    const closed = ['sh', '-c', '"$@" 2>&-', 'sh', process.execPath, ctysFile, 'list', 'h3', 'nosuchhost', '--json']
    const result = await lab.ctl(closed, {env: {NODE_ENV: 'production'}})
    expect(result.code).toBe(4)
    expect(verdicts(JSON.parse(result.stdout))).toEqual(['h3 ok', 'nosuchhost failed NAME_NOT_RESOLVED'])
  })
})

describe.sequential('a signal', () => {
  const run = (argv: readonly string[]) => {
    const child = lab.spawnCtl([process.execPath, ctysFile, ...argv], {stdio: ['ignore', 'pipe', 'pipe']})
    let stderr = ''
    child.stdout?.resume()
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8')
    })
    const end = new Promise<{code: number | null; signal: string | null; stderr: string}>((resolve) => {
      child.once('close', (code, signal) => resolve({code, signal, stderr}))
    })
    return {child, end, stderr: () => stderr}
  }

  afterEach(() => {
    lab.thawHost(2)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s settles and reports as the first Ctrl-C does',
    async (signal) => {
      const {child, end} = run(slowScan)
      await expect.poll(searching, {timeout: 8000}).toBe(true)
      child.kill(signal)
      const {value, ms} = await timed(end)
      expect(ms).toBeLessThan(5000)
      expect(value, value.stderr).toMatchObject({code: 130, signal: null})
      expect(value.stderr).toMatch(/^h2: INTERRUPTED/m)
      await expect.poll(() => commandsOn(2), {timeout: 5000}).toEqual([])
    },
  )

  test.each(['SIGINT', 'SIGTERM'] as const)('%s twice ends the process by that signal', async (signal) => {
    const {child, end, stderr} = run(slowScan)
    await expect.poll(searching, {timeout: 8000}).toBe(true)
    lab.freezeHost(2)
    child.kill(signal)
    await expect.poll(stderr, {timeout: 2000}).toContain('Ctrl-C again')
    child.kill(signal)
    const {value, ms} = await timed(end)
    expect(ms).toBeLessThan(1000)
    expect(value).toMatchObject({code: null, signal})
    lab.thawHost(2)
    await expect.poll(() => commandsOn(2), {timeout: 10_000}).toEqual([])
  })
})

describe.sequential.each(['ssh', 'openssh'])('no command is left on the host over %s', (transport) => {
  const begin = async () => {
    const child = lab.spawnCtl([process.execPath, ctysFile, ...slowScan, '--transport', transport], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // what a killed ctys leaves of its control sockets goes with the lab
      env: {XDG_RUNTIME_DIR: lab.dir},
    })
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8')
    })
    const end = new Promise<{code: number | null; stderr: string}>((resolve) => {
      child.once('exit', (code) => setTimeout(() => resolve({code, stderr}), 100))
    })
    await expect.poll(searching, {timeout: 8000}).toBe(true)
    return {child, end}
  }

  test('after an interrupt', async () => {
    const {child, end} = await begin()
    child.kill('SIGINT')
    expect((await end).code).toBe(130)
    await expect.poll(() => commandsOn(2), {timeout: 5000}).toEqual([])
  })

  test('after the link was lost, and that is said', async () => {
    const {end} = await begin()
    for (const {pid, args} of lab.processes(2))
      if (/^sshd: admin/.test(args.join(' '))) await lab.host(2, ['kill', '-KILL', String(pid)])
    const {code, stderr} = await end
    expect(code).toBe(1)
    expect(stderr).toContain('h2: CONNECTION_LOST')
    await expect.poll(() => commandsOn(2), {timeout: 10_000}).toEqual([])
  })

  test('after ctys was killed', async () => {
    const {child, end} = await begin()
    child.kill('SIGKILL')
    await end
    await expect.poll(() => commandsOn(2), {timeout: 10_000}).toEqual([])
  })
})

test('an interrupted list in JSON obeys the same exit status', async () => {
  lab.freezeHost(2)
  try {
    const child = lab.spawnCtl([process.execPath, ctysFile, 'list', 'h2', 'h3', '--json', '--verbose'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8')
    })
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8')
    })
    const end = new Promise<number | null>((resolve) => child.once('close', resolve))
    await expect.poll(() => stderr, {timeout: 60_000}).toContain('h3: done: ok')
    child.kill('SIGINT')
    expect(await end).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({exitCode: 130})
    expect(verdicts(JSON.parse(stdout))).toEqual(['h2 skipped', 'h3 ok'])
  } finally {
    lab.thawHost(2)
  }
  expect(verdicts(await ctysJson(lab, ['list', 'h2', 'h3']))).toEqual(['h2 ok', 'h3 ok'])
})
