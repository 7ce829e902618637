/** The interface that ssh uses is moved into a bridge and back, with everything lost on the way that can be lost. */
import {once} from 'node:events'
import {setTimeout as delay} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {rounds} from '../lab/rounds.js'
import {ctys, ctysFile, ctysJson, verdicts} from './run-ctys.js'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 2})
  const more = [
    'ip addr add 10.77.1.1/24 dev eth0 label eth0:1',
    'ip addr add 2001:db8:77::1/64 dev eth0',
    'ip route add default via 10.77.0.254 dev eth0 proto dhcp src 10.77.0.1 metric 100',
    'ip route add 10.88.0.0/16 via 10.77.0.253 dev eth0 mtu 1400',
    'ip route add 10.89.0.0/16 dev eth0 table 50',
    'ip -6 route add default via 2001:db8:77::fe dev eth0 metric 7',
  ]
  for (const number of [1, 2]) {
    const own = more.join(' && ').replaceAll('10.77.0.1', `10.77.0.${number}`)
    await root(number, own.replaceAll('77::1/', `77::${number}/`).replaceAll('10.77.1.1', `10.77.1.${number}`))
  }
  const settled = 'n=0; while ip -o addr | grep -q tentative && [ "$n" -lt 200 ]; do sleep 0.1; n=$((n + 1)); done'
  for (const number of [1, 2]) await root(number, settled)
})

afterAll(() => lab?.down())

async function root(number: number, text: string): Promise<string> {
  const result = await lab.host(number, ['sh', '-c', text])
  if (result.code !== 0) throw new Error(`${text}: ${result.stderr}`)
  return result.stdout
}

/** Everything of the network but what time changes. */
async function network(number: number): Promise<string> {
  const look = 'ip -o link; ip -o addr; ip -o -4 route show table all; ip -o -6 route show table all'
  const lines = (await root(number, look)).replace(/ $/gm, '').replace(/(_lft|expires) \d+sec/g, '$1 N')
  return lines.split('\n').filter(Boolean).sort().join('\n')
}

/** Addresses and routes of one device, under the name @. */
function partOf(text: string, device: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => new RegExp(`^\\d+: ${device} |\\bdev ${device}\\b`).test(line))
    .filter((line) => !line.startsWith('multicast '))
    .map((line) => line.replace(/^\d+: /, '').replaceAll(device, '@'))
    .sort()
}

describe.sequential('ctys net', () => {
  test('moves the interface of the connection and moves it back, as typed', async () => {
    const before = await network(1)
    const moved = await ctys(lab, ['net', 'move', 'root@h1', '-i', 'eth0'])
    expect(moved, moved.stderr).toMatchObject({code: 0})
    expect(moved.stdout).toMatch(
      /^root@h1 moved eth0 into ctysbr0, interrupted for \d+ ms, reached anew and confirmed after [\d.]+ s \(change [0-9a-f]{8}\)\n$/,
    )
    const bridged = await network(1)
    expect(partOf(bridged, 'ctysbr0')).toEqual(partOf(before, 'eth0'))
    expect(partOf(bridged, 'eth0')).toEqual([])
    const seen = await ctys(lab, ['net', 'pending', 'h1'])
    expect(seen.stdout).toMatch(
      /^h1 no change is pending\nh1 last: .* confirmed.*\nh1 moved: eth0 is in ctysbr0, .*\n$/,
    )
    const back = await ctys(lab, ['net', 'undo', 'root@h1'])
    expect(back, back.stderr).toMatchObject({code: 0})
    expect(await network(1)).toBe(before)
  })

  test('many hosts go in one call, and over the OpenSSH client too', async () => {
    const before = await Promise.all([network(1), network(2)])
    const moved = await ctysJson(lab, ['net', 'move', 'root@h1', 'root@h2', '-i', 'eth0', '--transport', 'openssh'])
    expect(verdicts(moved)).toEqual(['root@h1 ok', 'root@h2 ok'])
    const back = await ctysJson(lab, ['net', 'undo', 'root@h1', 'root@h2', '--transport', 'openssh'])
    expect(verdicts(back)).toEqual(['root@h1 ok', 'root@h2 ok'])
    expect(await Promise.all([network(1), network(2)])).toEqual(before)
  })

  test('a network that answers nobody is taken back by the host, and that is no success', async () => {
    // the bridge drops what comes in: in front of the table of local addresses
    await root(1, 'ip rule add pref 2 lookup local && ip rule del pref 0 && ip rule add pref 1 iif ctysbr0 blackhole')
    const before = await network(1)
    const moved = await ctysJson(lab, ['net', 'move', 'root@h1', '-i', 'eth0', '--timer', '6'])
    expect(moved.exitCode).toBe(1)
    expect(verdicts(moved)).toEqual(['root@h1 failed NET_ROLLED_BACK'])
    expect(await network(1)).toBe(before)
    const seen = await ctys(lab, ['net', 'pending', 'h1'])
    expect(seen.stdout).toContain('taken back: nobody confirmed it in time')
    await root(1, 'ip rule add pref 0 lookup local && ip rule del pref 1 && ip rule del pref 2')
  })

  test('one change is pending, has a holder, is given more time, and is confirmed or cancelled by its id', async () => {
    const before = await network(1)
    const left = await ctysJson(lab, ['net', 'move', 'root@h1', '-i', 'eth0', '--pending', '--timer', '100'])
    const [outcome] = left.outcomes
    if (outcome?.status !== 'ok' || outcome.data.kind !== 'net-move') throw new Error(JSON.stringify(left))
    const {id} = outcome.data.change
    expect(outcome.data.change).toMatchObject({phase: 'applied', from: '10.77.0.254', watched: true})
    const second = await ctys(lab, ['net', 'move', 'root@h1', '-i', 'eth0'])
    expect(second).toMatchObject({code: 1, stderr: expect.stringContaining(`change ${id} of `)})
    const wrong = await ctysJson(lab, ['net', 'confirm', 'root@h1', '--id', '00000000'])
    expect(verdicts(wrong)).toEqual(['root@h1 failed NET_NOT_PENDING'])
    const more = await ctysJson(lab, ['net', 'confirm', 'root@h1', '--id', id, '--extend', '2000'])
    expect(more.outcomes[0]).toMatchObject({data: {did: 'extended', change: {id, phase: 'applied'}}})
    const seen = await ctysJson(lab, ['net', 'pending', 'h1'])
    const [asked] = seen.outcomes
    if (asked?.status !== 'ok' || asked.data.kind !== 'net-pending') throw new Error(JSON.stringify(seen))
    expect(asked.data.pending?.leftMs).toBeGreaterThan(1_900_000)
    const cancelled = await ctysJson(lab, ['net', 'undo', 'root@h1'])
    expect(cancelled.outcomes[0]).toMatchObject({data: {how: 'cancelled', change: {id, phase: 'reverted'}}})
    expect(await network(1)).toBe(before)
    const late = await ctysJson(lab, ['net', 'confirm', 'root@h1', '--id', id])
    expect(verdicts(late)).toEqual(['root@h1 failed NET_ROLLED_BACK'])
  })

  test('a network takes the interface with its addresses, and gives it back with its end', async () => {
    const before = await network(1)
    const plan = await ctys(lab, ['net', 'plan', 'root@h1', '-i', 'eth0', '--timer', '90'])
    expect(plan, plan.stderr).toMatchObject({code: 0})
    expect(plan.stdout).toMatch(/^root@h1 +root +sh -c \.\.\. net-begin move eth0 ctysbr0 90$/m)
    expect(plan.stdout).toContain('net-start')
    expect(await network(1)).toBe(before)
    const up = await ctysJson(lab, ['net', 'up', 'root@h1', '-i', 'eth0', '--timer', '90'])
    expect(verdicts(up), JSON.stringify(up)).toEqual(['root@h1 ok', 'root@h1 ok'])
    const away = await ctys(lab, ['net', 'plan', '--down', 'root@h1'])
    expect(away.stdout).toMatch(/net-begin back eth0 ctysbr0 60$/m)
    expect(partOf(await network(1), 'ctysbr0').length).toBeGreaterThanOrEqual(partOf(before, 'eth0').length)
    expect(await root(1, 'ip -br link show master ctysbr0')).toMatch(/^eth0@.*\nctys[0-9a-f]{8} /m)
    const twice = await ctysJson(lab, ['net', 'up', 'root@h1', '-i', 'eth0'])
    expect(twice.outcomes).toMatchObject([{data: {kind: 'net-up', state: 'there'}}])
    const down = await ctysJson(lab, ['net', 'down', 'root@h1'])
    expect(verdicts(down), JSON.stringify(down)).toEqual(['root@h1 ok', 'root@h1 ok'])
    expect(await network(1)).toBe(before)
  })

  test('a bridge of a network that is there gets the interface, and goes with the network', async () => {
    const before = await network(1)
    expect(verdicts(await ctysJson(lab, ['net', 'up', 'root@h1']))).toEqual(['root@h1 ok'])
    const up = await ctysJson(lab, ['net', 'up', 'root@h1', '-i', 'eth0'])
    expect(verdicts(up), JSON.stringify(up)).toEqual(['root@h1 ok', 'root@h1 ok'])
    const down = await ctysJson(lab, ['net', 'down', 'root@h1'])
    expect(verdicts(down), JSON.stringify(down)).toEqual(['root@h1 ok', 'root@h1 ok'])
    expect(await network(1)).toBe(before)
  })

  test('for a network that cannot be made nothing is moved', async () => {
    const before = await network(1)
    await root(1, 'mv /usr/bin/vde_switch /usr/bin/vde_switch.away')
    const up = await ctysJson(lab, ['net', 'up', 'root@h1', '-i', 'eth0'])
    await root(1, 'mv /usr/bin/vde_switch.away /usr/bin/vde_switch')
    expect(up.exitCode, JSON.stringify(up)).not.toBe(0)
    expect(await network(1)).toBe(before)
  })

  test('a bridge that ctys net move made stays when a network on it ends', async () => {
    const before = await network(1)
    expect(await ctys(lab, ['net', 'move', 'root@h1', '-i', 'eth0'])).toMatchObject({code: 0})
    expect(verdicts(await ctysJson(lab, ['net', 'up', 'root@h1']))).toEqual(['root@h1 ok'])
    const down = await ctys(lab, ['net', 'down', 'root@h1'])
    expect(down).toMatchObject({code: 0, stderr: expect.stringContaining('ctys net undo moves them back')})
    expect(partOf(await network(1), 'ctysbr0')).toEqual(partOf(before, 'eth0'))
    expect(await ctys(lab, ['net', 'undo', 'root@h1'])).toMatchObject({code: 0})
    expect(await network(1)).toBe(before)
  })

  test('who is not root is told', async () => {
    expect(verdicts(await ctysJson(lab, ['net', 'move', 'h1', '-i', 'eth0']))).toEqual(['h1 failed NO_PRIVILEGE'])
  })
})

const timerSeconds = 5
const faults = ['ctys', 'cable', 'watchdog', 'sshd', 'frozen', 'shell'] as const

/** What a call says that was cut off at some step; anything else would be a call that never came so far. */
const expected =
  /^(?:NET_ROLLED_BACK|NET_FAILED|NET_UNCONFIRMED|CONNECTION_LOST|UNREACHABLE|CONNECT_TIMEOUT|SHELL_FAILED)$/
let moves = 0

describe.sequential('whatever is lost at whatever step', () => {
  test.each(Array.from({length: rounds(50)}, (_, round) => [round, faults[round % faults.length] ?? 'ctys'] as const))(
    'round %i: %s',
    async (round, fault) => {
      const before = await network(1)
      const child = lab.spawnCtl(
        [process.execPath, ctysFile, 'net', 'move', 'root@h1', '-i', 'eth0', '--timer', String(timerSeconds), '--json'],
        {stdio: ['ignore', 'pipe', 'ignore'], env: {NODE_ENV: 'production'}},
      )
      let said = ''
      child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))
      const ended = once(child, 'close')
      const waitMs = Math.round(Math.random() * 2_500)
      const lastsMs = Math.round(Math.random() * 7_000)
      await delay(waitMs)
      const told = `${fault} after ${waitMs} ms, for ${lastsMs} ms`
      if (fault === 'ctys') child.kill('SIGKILL')
      if (fault === 'watchdog')
        await root(
          1,
          'for f in /run/ctys-net/*/watch; do read -r pid _ <"$f" && kill -KILL "$pid"; done 2>/dev/null; true',
        )
      if (fault === 'shell')
        await endProcesses(({args}) => args[0] === 'sh' && !args.join(' ').includes('/run/ctys-net/'))
      if (fault === 'sshd') await endProcesses(({args}) => (args[0] ?? '').startsWith('sshd'))
      if (fault === 'cable') {
        await lab.cutCable(1)
        await delay(lastsMs)
        await lab.joinCable(1)
      }
      if (fault === 'frozen') {
        lab.freezeHost(1)
        await delay(lastsMs)
        lab.thawHost(1)
      }
      await expect.poll(isReached, {timeout: timerSeconds * 1000 + 20_000, message: told}).toBe(true)
      await ended
      await expect.poll(isDecided, {timeout: timerSeconds * 1000 + 20_000, message: told}).toBe(true)
      const after = await network(1)
      const isNew = after.includes('ctysbr0')
      if (fault !== 'ctys') expectTruth(said, isNew, told)
      if (isNew) moves += 1
      if (!isNew) {
        expect(after, told).toBe(before)
        return
      }
      expect(partOf(after, 'ctysbr0'), told).toEqual(partOf(before, 'eth0'))
      expect(partOf(after, 'eth0'), told).toEqual([])
      const back = await ctys(lab, ['net', 'undo', 'root@h1'])
      expect(back, `${told} ${back.stderr}`).toMatchObject({code: 0})
      expect(await network(1), `round ${round}, ${told}`).toBe(before)
    },
  )

  test('and some of them were confirmed', () => {
    expect(moves).toBeGreaterThan(0)
  })
})

type Select = (process: {readonly args: readonly string[]}) => boolean

async function endProcesses(select: Select): Promise<void> {
  // the first one is the host itself
  const found = lab
    .processes(1)
    .filter((one) => one.pid !== 1 && select(one) && !one.args.join(' ').includes('host-init'))
  for (const {pid} of found) await lab.host(1, ['kill', '-KILL', String(pid)])
}

async function isReached(): Promise<boolean> {
  const words = ['ssh', '-F', lab.sshConfig, '-o', 'ConnectTimeout=2', '-o', 'BatchMode=yes', 'root@h1', 'true']
  return (await lab.ctl(words, {timeoutMs: 10_000})).code === 0
}

/** Also where the shell was ended before its watchdog lived: nothing was changed then, and the next change clears it. */
async function isDecided(): Promise<boolean> {
  const files = await root(1, 'ls -d /run/ctys-net/pending /run/ctys-net/*/watch 2>/dev/null || true')
  if (!files.includes('/pending')) return true
  return !(files.includes('/watch') || lab.processes(1).some(({args}) => args.join(' ').includes('/run/ctys-net/')))
}

/** What ctys said is what is. */
function expectTruth(said: string, isNew: boolean, told: string): void {
  const {exitCode, outcomes} = JSON.parse(said) as Awaited<ReturnType<typeof ctysJson>>
  const [outcome] = outcomes
  const what = `${told}: ${said}`
  if (outcome?.status === 'ok') expect([exitCode, isNew], what).toEqual([0, true])
  else if (outcome?.status === 'failed') expect([exitCode !== 0, isNew], what).toEqual([true, false])
  else expect(exitCode, what).not.toBe(0)
  if (outcome !== undefined && 'error' in outcome) expect(outcome.error.code, what).toMatch(expected)
}
