/** Many machines on four hosts in one call, one host dying while it makes them, one with a full disk; then the same call again. */
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {waitUntil} from '../lab/lab-state.js'
import {rounds} from '../lab/rounds.js'
import {ctysJson, verdicts} from './run-ctys.js'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({hosts: 4})
})
afterAll(() => lab?.down())

const hosts = [1, 2, 3, 4]

const machinesOf = (host: number): readonly string[] => {
  const base = lab.hostPath(host, '/home/admin/vm')
  return existsSync(base) ? readdirSync(base).filter((name) => existsSync(`${base}/${name}/${name}.ctys`)) : []
}

/** In the middle of its work: the third image is never made, and everything that runs there is ended. */
async function dieAt(host: number): Promise<void> {
  const tool = lab.hostPath(host, '/usr/local/bin/qemu-img')
  const held = lab.hostPath(host, '/tmp/held')
  const words = ['#!/bin/sh', 'if [ "$(ls /home/admin/vm | wc -l)" -ge 2 ]; then : >/tmp/held; exec sleep 300; fi']
  writeFileSync(tool, `${words.join('\n')}\nexec /usr/bin/qemu-img "$@"\n`, {mode: 0o755})
  await waitUntil(() => existsSync(held), `the third machine on h${host}`, 120_000)
  // its init is not ours to end; the numbers are those of its own namespace
  const [init = 0, ...all] = lab
    .processes(host)
    .map(({pid}) => pid)
    .sort((one, other) => one - other)
  expect(init).toBe(1)
  await lab.host(host, ['kill', '-9', ...all.map(String)], {user: 'root'})
  rmSync(tool)
}

test('what a host that dies and one that is full leave out is made by the same call again, and nothing twice', async () => {
  const count = rounds(200)
  const last = String(count).padStart(3, '0')
  const words = ['new', `m[001-${last}]`, 'h1', 'h2', 'h3', 'h4', '--memory', '64M', '--size', '64M']
  await lab.fillDisk(2)
  const [first] = await Promise.all([ctysJson(lab, words, {timeoutMs: 300_000}), dieAt(3)])
  expect(first.exitCode).toBe(4)
  expect(verdicts(first)).toEqual([
    'h1 ok',
    expect.stringMatching(/^h2 (?:ok|failed)/),
    expect.stringMatching(/^h3 (?:unknown|failed) CONNECTION_LOST$/),
    'h4 ok',
  ])
  const before = hosts.map(machinesOf)
  expect(before.map(({length}) => length)).toEqual([count / 4, 0, 2, count / 4])
  const macOf = (host: number, label: string) =>
    /MAC0 = "(.*)"/.exec(readFileSync(lab.hostPath(host, `/home/admin/vm/${label}/${label}.ctys`), 'utf8'))?.[1]
  const macs = before.map((labels, index) => labels.map((label) => macOf(index + 1, label)))
  lab.freeDisk(2)
  await lab.waitForSshd(3)
  const second = await ctysJson(lab, words, {timeoutMs: 300_000})
  expect(second.exitCode).toBe(0)
  const made = second.outcomes.flatMap((outcome) =>
    outcome.status === 'ok' && outcome.data.kind === 'make' ? outcome.data.machines : [],
  )
  const there = before.flat()
  expect(
    made
      .filter(({state}) => state === 'there')
      .map(({label}) => label)
      .sort(),
  ).toEqual([...there].sort())
  expect(made.filter(({state}) => state !== 'there')).toHaveLength(count - there.length)
  expect(hosts.map((host) => machinesOf(host).length)).toEqual(hosts.map(() => count / 4))
  expect(before.map((labels, index) => labels.map((label) => macOf(index + 1, label)))).toEqual(macs)
  for (const host of hosts) {
    const left = readdirSync(lab.hostPath(host, '/home/admin/vm')).filter((name) => name.startsWith('.'))
    expect(left).toEqual([])
  }
  const {records = []} = await ctysJson(lab, ['find', 'label~^m[0-9]'])
  expect(records).toHaveLength(count)
  for (const field of ['mac', 'uuid', 'label']) expect(new Set(records.map((record) => record[field])).size).toBe(count)
})
