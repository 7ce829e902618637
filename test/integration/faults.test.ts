import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysFile, ctysJson, guestsOf, verdicts} from './run-ctys.js'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 4})
  for (const number of [1, 2, 3]) lab.makeVm(number, {label: `vm${number}`})
  expect(await ctys(lab, ['scan', 'h1', 'h2', 'h3', '--base', '/vm'])).toMatchObject({code: 0})
})

afterAll(() => lab?.down())

const inventory = (): string => readFileSync(join(lab.ctlHome, '.ctys/db/default/enum.fdb'), 'utf8')
const labels = (): readonly string[] =>
  inventory()
    .trim()
    .split('\n')
    .map((line) => line.split(';'))
    .filter(([, type]) => type !== 'PM')
    .map(([, , label = '']) => label)
    .sort()

describe.sequential('one of three hosts has a fault, the others answer as if nothing were', () => {
  const faults = [
    ['is frozen', (): void => lab.freezeHost(2), (): void => lab.thawHost(2), 'CONNECT_TIMEOUT'],
    ['is cut off', (): Promise<void> => lab.cutCable(2), (): Promise<void> => lab.joinCable(2), 'CONNECT_TIMEOUT'],
  ] as const

  test.each(faults)('it %s', async (_name, begin, end, code) => {
    await begin()
    try {
      const list = await ctys(lab, ['list', 'h1', 'h2', 'h3', '--json'])
      const body = JSON.parse(list.stdout)
      expect(list.code).toBe(4)
      expect(verdicts(body)[0]).toBe('h1 ok')
      expect(verdicts(body)[1]).toMatch(new RegExp(`^h2 failed (${code}|UNREACHABLE)$`))
      expect(verdicts(body)[2]).toBe('h3 ok')
      const scan = await ctys(lab, ['scan', 'h1', 'h2', 'h3', '--base', '/vm'])
      expect(scan.code).toBe(4)
      expect(scan.stderr).toContain('h2')
      expect(labels()).toEqual(['vm1', 'vm2', 'vm3'])
    } finally {
      await end()
    }
  })

  test('it has another host key: refused, with file and line, and nothing is sent to it', async () => {
    await lab.changeHostKey(2)
    try {
      for (const transport of ['ssh', 'openssh']) {
        const list = await ctys(lab, ['list', 'h1', 'h2', 'h3', '--transport', transport])
        expect(list.code).toBe(4)
        expect(list.stderr).toContain('h2: HOST_KEY_CHANGED')
        expect(list.stderr).toMatch(/known_hosts:\d+/)
      }
    } finally {
      lab.learnHostKeys()
    }
  })

  test('its disk is full: a start says so and leaves nothing, a list works', async () => {
    await lab.fillDisk(2)
    try {
      const start = await ctys(lab, ['start', 'vm2', 'h2'])
      const list = await ctysJson(lab, ['list', 'h1', 'h2', 'h3'])
      expect(verdicts(list)).toEqual(['h1 ok', 'h2 ok', 'h3 ok'])
      if (start.code === 0) expect(guestsOf(lab, 2)).toEqual(['vm2'])
      else {
        expect(start.stderr).toMatch(/START_FAILED|COMMAND_FAILED/)
        expect(start.stderr).toMatch(/space/i)
        expect(guestsOf(lab, 2)).toEqual([])
      }
    } finally {
      lab.freeDisk(2)
      await ctys(lab, ['stop', '--all', 'h2', '--force'])
    }
  })

  test('it has no QEMU: a start says so and what to install', async () => {
    lab.makeVm(4, {label: 'vm4'})
    await lab.hideQemu(4)
    const start = await ctys(lab, ['-t', 'qemu', '-a', 'create=l:vm4,b:/vm', 'h4'])
    expect(start.code).toBe(1)
    expect(start.stderr).toMatch(/NO_HYPERVISOR/)
    expect(start.stderr).toMatch(/next: /)
    const probe = await ctysJson(lab, ['probe', 'h1', 'h4'])
    expect(verdicts(probe)).toEqual(['h1 ok', 'h4 ok'])
  })

  test('its user has no home directory: other bases are searched, the home is said to be missing', async () => {
    await lab.removeHome(4)
    expect(await ctys(lab, ['scan', 'h4', '--base', '/vm'])).toMatchObject({code: 0})
    const scan = await ctys(lab, ['scan', 'h4'])
    expect(scan.code).not.toBe(0)
    expect(scan.stderr).toMatch(/home/i)
    expect(labels()).toContain('vm4')
  })
})

describe.sequential('ctys itself is killed', () => {
  let before: readonly string[][]
  const snapshot = (): string[][] =>
    [1, 2, 3].map((n) =>
      lab
        .processes(n)
        .map(({args}) => args.join(' '))
        .filter((args) => !args.startsWith('sshd:'))
        .sort(),
    )

  beforeEach(() => {
    before = snapshot()
  })

  afterEach(async () => {
    await ctys(lab, ['stop', '--all', 'h1', 'h2', 'h3', '--force'])
  })

  const killed = async (argv: readonly string[], afterMs: number): Promise<void> => {
    const child = lab.spawnCtl([process.execPath, ctysFile, ...argv], {stdio: 'ignore'})
    const closed = new Promise((resolve) => child.once('close', resolve))
    await sleep(afterMs)
    child.kill('SIGKILL')
    await closed
  }

  test.each([150, 250, 400, 700])(
    'in the middle of a scan after %d ms: no process is left and the inventory is whole',
    async (ms) => {
      await killed(['scan', 'h1', 'h2', 'h3', '--base', '/vm', '--base', '/usr'], ms)
      await expect.poll(snapshot, {timeout: 8000}).toEqual(before)
      expect(labels()).toEqual(expect.arrayContaining(['vm1', 'vm2', 'vm3']))
      expect(await ctys(lab, ['scan', 'h1', 'h2', 'h3', '--base', '/vm'])).toMatchObject({code: 0})
    },
  )

  test.each([300, 600])(
    'in the middle of a create after %d ms: a whole guest is left or none, and the next call settles it',
    async (ms) => {
      await killed(['start', 'vm1', 'h1'], ms)
      await sleep(3000)
      const guests = guestsOf(lab, 1)
      expect([[], ['vm1']]).toContainEqual(guests)
      const start = await ctys(lab, ['start', 'vm1', 'h1', '--reuse'])
      expect(start, start.stderr).toMatchObject({code: 0})
      expect(guestsOf(lab, 1)).toEqual(['vm1'])
    },
  )

  test('in the middle of a cancel: the guest stays or goes by itself, and the next call finishes it', async () => {
    lab.makeVm(3, {label: 'deaf3', deaf: true})
    expect(await ctys(lab, ['-t', 'qemu', '-a', 'create=l:deaf3,reuse,b:/vm', 'h3'])).toMatchObject({code: 0})
    await killed(['stop', 'deaf3', 'h3', '--grace', '60'], 1500)
    await sleep(1000)
    expect(guestsOf(lab, 3)).toEqual(['deaf3'])
    const stop = await ctysJson(lab, ['stop', 'deaf3', 'h3', '--force'])
    expect(stop.outcomes[0]).toMatchObject({data: {machines: [{state: 'gone', step: 'quit'}]}})
  })
})

describe.sequential('two ctys at once', () => {
  test('on one inventory lose no record', async () => {
    const scans = await Promise.all([1, 2, 3, 1, 2, 3].map((n) => ctys(lab, ['scan', `h${n}`, '--base', '/vm'])))
    expect(scans.map(({code}) => code)).toEqual([0, 0, 0, 0, 0, 0])
    expect(labels()).toEqual(expect.arrayContaining(['vm1', 'vm2', 'vm3']))
  })

  test('on one machine start one guest', async () => {
    const starts = await Promise.all([1, 2, 3].map(() => ctysJson(lab, ['start', 'vm1', 'h1'])))
    expect(guestsOf(lab, 1)).toEqual(['vm1'])
    const codes = starts.map((body) => verdicts(body)[0]).sort()
    expect(codes.filter((code) => code === 'h1 ok')).toHaveLength(1)
    for (const code of codes) expect(['h1 ok', 'h1 failed ALREADY_RUNNING', 'h1 failed BUSY']).toContain(code)
    const stops = await Promise.all([1, 2].map(() => ctys(lab, ['stop', 'vm1', 'h1', '--grace', '60'])))
    expect(stops.some(({code}) => code === 0)).toBe(true)
    expect(guestsOf(lab, 1)).toEqual([])
  })
})
