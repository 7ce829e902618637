/**
 * Many targets at few, loaded or narrow sshds: all of them answer. A tenth of the targets in CI, all with CTYS_LONG=1
 * (npm run long).
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {clushList, manyNames} from '../lab/many-names.js'
import {rounds} from '../lab/rounds.js'
import {timed} from '../lab/timed.js'
import {ctys, ctysFile, ctysJson, verdicts} from './run-ctys.js'

const ways = ['ssh', 'openssh'] as const
const minutes = 60_000
const long = {timeoutMs: 20 * minutes}

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 8, shells: {queue: 'bash'}})
  // as start-up files with a lock do: those who log in wait for each other, over all hosts
  const queue = 'exec 9</shared/queue.lock; flock 9; sleep "$(cat /shared/queue-time)"; exec 9<&-\n'
  for (const {number} of lab.hosts) writeFileSync(lab.hostPath(number, '/home/queue/.bashrc'), queue)
  writeFileSync(lab.hostPath(1, '/shared/queue.lock'), '')
})

afterAll(() => lab?.down())

async function allAnswer(names: readonly string[], words: readonly string[]): Promise<void> {
  const list = await ctysJson(lab, ['list', ...words, ...names], long)
  expect(verdicts(list).filter((verdict) => !verdict.endsWith(' ok'))).toEqual([])
  expect(list.outcomes).toHaveLength(names.length)
}

/** Other settings for the sshd of a host, in front. */
async function withSettings(number: number, lines: string, work: () => Promise<void>): Promise<void> {
  const file = lab.hostPath(number, '/etc/ssh/sshd_config')
  const before = readFileSync(file, 'utf8')
  writeFileSync(file, `${lines}\n${before}`)
  await lab.restartSshd(number)
  try {
    await work()
  } finally {
    writeFileSync(file, before)
    await lab.restartSshd(number)
  }
}

describe.sequential.each(ways)('over %s', (way) => {
  test(
    'logins that wait for each other longer than any limit, all at once',
    async () => {
      const count = rounds(300)
      // one after the other they take 12 s, and a host is given 10 s
      writeFileSync(lab.hostPath(1, '/shared/queue-time'), String(12 / 30))
      const {names, sshConfig} = manyNames(lab, count, {more: ['User queue']})
      await allAnswer(names, ['--fanout', '128', '--transport', way, '--ssh-config', sshConfig])
    },
    long.timeoutMs,
  )

  test(
    'an sshd that drops whoever is more than two (MaxStartups)',
    async () => {
      const {names, sshConfig} = manyNames(lab, rounds(200), {hosts: 1})
      await withSettings(1, 'MaxStartups 2:100:2', () =>
        allAnswer(names, ['--fanout', '64', '--transport', way, '--ssh-config', sshConfig]),
      )
    },
    long.timeoutMs,
  )

  test(
    'a bastion that drops whoever is more than two',
    async () => {
      const {names, sshConfig} = manyNames(lab, rounds(200), {hosts: 7, more: ['ProxyJump h8']})
      await withSettings(8, 'MaxStartups 2:100:2', () =>
        allAnswer(names, ['--fanout', '64', '--transport', way, '--ssh-config', sshConfig]),
      )
    },
    long.timeoutMs,
  )

  test(
    'sixty-four open files mean fewer at a time',
    async () => {
      const {names, sshConfig} = manyNames(lab, rounds(300))
      const words = ['list', '--fanout', '128', '--transport', way, '--ssh-config', sshConfig, '--json', ...names]
      const script = 'ulimit -n 64 && exec "$@"'
      const env = {NODE_ENV: 'production', NODE_EXTRA_CA_CERTS: undefined}
      const argv = ['sh', '-c', script, 'sh', process.execPath, ctysFile, ...words]
      const {stdout, stderr} = await lab.ctl(argv, {env, ...long})
      const list = JSON.parse(stdout)
      expect(`${stderr}${stdout}`).not.toMatch(/EMFILE|too many open files/i)
      expect(verdicts(list).filter((verdict) => !verdict.endsWith(' ok'))).toEqual([])
      expect(list.outcomes).toHaveLength(names.length)
    },
    long.timeoutMs,
  )
})

test('what sshd says for good is told by its name', async () => {
  const {names, sshConfig} = manyNames(lab, 3, {hosts: 1})
  // a caller who never signs in takes the only place
  await withSettings(1, 'MaxStartups 1:100:1', async () => {
    const holder = lab.spawnCtl(['bash', '-c', 'exec 3<>/dev/tcp/10.77.0.1/22; read -r -u 3 line; echo up; cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    try {
      await new Promise((resolve) => holder.stdout?.once('data', resolve))
      const list = await ctys(lab, ['list', ...names, '--ssh-config', sshConfig], long)
      expect(list.code).toBe(1)
      expect(list.stderr).toMatch(/^v1, v2, v3: LOGINS_LIMITED: .*MaxStartups/m)
    } finally {
      holder.kill('SIGKILL')
    }
  })
})

test(
  'no slower than clush with the same script, for a third of its CPU and 250 MB',
  async () => {
    for (const count of [rounds(300), rounds(1000)]) {
      const many = manyNames(lab, count)
      const env = {NODE_ENV: 'production', NODE_EXTRA_CA_CERTS: undefined}
      const clush = await timed(lab, clushList(many, 64), env, long.timeoutMs)
      const words = ['list', '--fanout', '64', '--ssh-config', many.sshConfig, '--json', ...many.names]
      const ours = await timed(lab, [process.execPath, ctysFile, ...words], env, long.timeoutMs)
      // the script prints nothing where nothing runs; clush tells whom it could not ask
      expect([clush.result.code, clush.result.stderr]).toEqual([0, ''])
      expect(verdicts(JSON.parse(ours.result.stdout))).toEqual(many.names.map((name) => `${name} ok`))
      const figures = `${count} names: ctys ${JSON.stringify({...ours, result: 0})}, clush ${JSON.stringify({...clush, result: 0})}`
      expect(ours.wall, figures).toBeLessThanOrEqual(clush.wall)
      expect(ours.cpu, figures).toBeLessThan(clush.cpu / 3)
      expect(ours.peakMiB, figures).toBeGreaterThan(0)
      expect(ours.peakMiB, figures).toBeLessThan(250)
    }
  },
  long.timeoutMs,
)
