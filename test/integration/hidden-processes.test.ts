/** A host that hides the processes of others (proc(5), hidepid): what an account does not see is unknown, never off. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {ListData} from '../../src/domain/work/answers.js'
import type {Outcome} from '../../src/domain/work/outcome.js'
import {type Lab, startLab} from '../lab/lab.js'
import {waitUntil} from '../lab/lab-state.js'
import {ctys, ctysJson, guestsOf, verdicts} from './run-ctys.js'

let lab: Lab
let pid: number

/** /proc of host 1 is mounted anew with these options. */
async function remount(options: string): Promise<void> {
  expect(await lab.host(1, ['mount', '-o', `remount,${options}`, '/proc'])).toMatchObject({code: 0})
}

beforeAll(async () => {
  lab = await startLab({hosts: 2})
  const vm = lab.makeVm(1, {label: 'secret', dir: '/shared'})
  expect(await ctys(lab, ['scan', 'h1', 'h2', '--base', '/shared'])).toMatchObject({code: 0})
  await lab.startVm(1, vm, {user: 'root'})
  await waitUntil(() => guestsOf(lab, 1).includes('secret'), 'secret on h1', 10_000)
  pid = lab.processes(1).find(({args}) => args.includes('secret'))?.pid ?? 0
})

afterAll(() => lab?.down())

async function listed(host: string): Promise<ListData> {
  const {outcomes} = await ctysJson(lab, ['list', host])
  const [outcome] = outcomes as readonly Outcome[]
  if (outcome?.status !== 'ok' || outcome.data.kind !== 'list') throw new Error(`no list: ${JSON.stringify(outcome)}`)
  return outcome.data
}

async function live() {
  const {stdout} = await ctys(lab, ['show', 'secret', '--json'])
  const {machine} = JSON.parse(stdout) as {machine: {live: readonly {host: string; status: string; code?: string}[]}}
  return machine.live.map(({host, status, code = ''}) => `${host} ${status} ${code}`.trim()).sort()
}

describe.sequential.each(['hidepid=1', 'hidepid=2'])('on a host with %s', (option) => {
  beforeAll(() => remount(option))

  test('the list says that it is not all', async () => {
    expect(await listed('h1')).toEqual({kind: 'list', machines: [], hidden: true, hostId: expect.any(String)})
    const {stdout, stderr} = await ctys(lab, ['list', 'h1', 'h2'])
    expect(stdout).toMatch(/^h1 +secret +unknown/m)
    expect(stdout).toMatch(/^h2 +secret +off/m)
    expect((await ctys(lab, ['list', '--running', 'h1', 'h2'])).stderr).toContain('no machine runs on h2\n')
    expect(stderr).toContain('h1: shows this account only its own processes; machines of other users may run there\n')
  })

  test('the machine is unknown there, not off', async () => {
    expect(await live()).toEqual(['h1 unknown PROCESSES_HIDDEN', 'h2 notRunning'])
    const vhost = await ctys(lab, ['vhost', '-r', 'h1', 'secret', '-o', 'label', '--json'])
    expect(JSON.parse(vhost.stdout)).toMatchObject({live: [{status: 'unknown', code: 'PROCESSES_HIDDEN'}]})
  })

  test('a stop and a connect do not say that it is not running', async () => {
    for (const argv of [
      ['stop', 'secret', 'h1'],
      ['start', 'secret', 'h1', '--connect'],
    ]) {
      const body = await ctysJson(lab, argv)
      expect(verdicts(body)).toEqual(['h1 failed PROCESSES_HIDDEN'])
      expect(body.outcomes).toMatchObject([{phase: 'check'}])
    }
  })

  test('it is started on no other host', async () => {
    expect(verdicts(await ctysJson(lab, ['start', 'secret', 'h2']))).toEqual(['h2 failed MAY_RUN_ELSEWHERE'])
    expect((await ctys(lab, ['start', 'secret'])).stderr).toContain('MAY_RUN_ELSEWHERE')
    expect(guestsOf(lab, 2)).toEqual([])
  })

  test('a second start on that host is kept away by the lock on its image', async () => {
    const {stderr} = await ctys(lab, ['start', 'secret', 'h1'])
    expect(stderr).toMatch(/START_FAILED[\s\S]*lock/)
    expect(guestsOf(lab, 1)).toEqual(['secret'])
  })
})

describe.sequential('whoever may see all processes', () => {
  test('root sees the machine', async () => {
    await remount('hidepid=2')
    const {machines, hidden} = await listed('root@h1')
    expect({labels: machines.map(({label}) => label), hidden}).toEqual({labels: ['secret'], hidden: undefined})
  })

  test('a user of the group that /proc is mounted with sees it, and the machine runs', async () => {
    const gid = (await lab.host(1, ['id', '-g', 'admin'])).stdout.trim()
    await remount(`hidepid=2,gid=${gid}`)
    const {machines, hidden} = await listed('h1')
    expect({labels: machines.map(({label}) => label), hidden}).toEqual({labels: ['secret'], hidden: undefined})
    expect(await live()).toEqual(['h1 running', 'h2 notRunning'])
    expect(lab.processes(1).some((process) => process.pid === pid)).toBe(true)
  })
})
