/**
 * One directory that two hosts see, image locks off, and two controllers that start the machine at the same instant: one
 * QEMU each time, and the other is told who has it. Half the rounds find the lease of a machine that ended.
 */
import {mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {Outcome} from '../../src/domain/work/outcome.js'
import {type Lab, type LabVm, startLab} from '../lab/lab.js'
import {waitUntil} from '../lab/lab-state.js'
import {rounds} from '../lab/rounds.js'
import {ctys} from './run-ctys.js'

let lab: Lab
let vm: LabVm

/** A controller by its HOME: what it has scanned decides whom it asks. */
const controllers = {
  both: (host: number) => join(lab.ctlHome, `both${host}`),
  own: (host: number) => join(lab.ctlHome, `own${host}`),
} as const
type Knows = keyof typeof controllers

beforeAll(async () => {
  lab = await startLab({hosts: 2, user: 'root'})
  vm = lab.makeVm(1, {label: 'common', dir: '/shared', locking: false, mem: 64})
  for (const host of [1, 2]) {
    for (const knows of ['both', 'own'] as const) {
      const HOME = controllers[knows](host)
      mkdirSync(HOME)
      const hosts = knows === 'both' ? ['h1', 'h2'] : [`h${host}`]
      expect(await ctys(lab, ['scan', ...hosts, '--base', '/shared'], {env: {HOME}})).toMatchObject({code: 0})
    }
  }
})

afterAll(() => lab?.down())

const leasePath = () => lab.hostPath(1, `${vm.dir}/.common.ctys.lease`)

async function start(knows: Knows, host: number, ...more: readonly string[]) {
  const argv = ['start', 'common', `h${host}`, ...more, '--json']
  const {stdout, stderr} = await ctys(lab, argv, {env: {HOME: controllers[knows](host)}})
  const [outcome] = (JSON.parse(stdout) as {outcomes: readonly Outcome[]}).outcomes
  if (outcome === undefined) throw new Error(stderr)
  return 'error' in outcome
    ? {code: outcome.error.code as string, message: outcome.error.message, hint: outcome.error.hint ?? ''}
    : {code: outcome.status as string, message: '', hint: ''}
}

const guests = (host: number) =>
  lab.processes(host).filter(({args}) => /(^|\/)qemu-system[^/]*$/.test(args[0] ?? '') && args.includes('common'))

async function killGuests(host: number): Promise<void> {
  for (const {pid} of guests(host)) await lab.host(host, ['kill', '-KILL', String(pid)])
}

async function endGuests(): Promise<void> {
  for (const host of [1, 2]) await killGuests(host)
  await waitUntil(() => guests(1).length + guests(2).length === 0, 'the end of the guests', 20_000)
}

describe.sequential('a machine that two controllers start at the same instant', () => {
  test.each([
    ['asks both hosts', 'both', 'nothing lies there'],
    ['asks both hosts', 'both', 'a dead lease lies there'],
    ['knows its own host only', 'own', 'nothing lies there'],
    ['knows its own host only', 'own', 'a dead lease lies there'],
  ] as const)(
    'each %s, %s: %s',
    async (_, knows, lies) => {
      const count = Math.ceil(rounds(50) / 4)
      for (let round = 0; round < count; round++) {
        // the lease of the machine that ended last is a dead one for both
        if (lies === 'nothing lies there') rmSync(leasePath(), {force: true})
        else if (round === 0) {
          await start('both', 1)
          await endGuests()
        }
        const told = await Promise.all([start(knows, 1), start(knows, 2)])
        expect([guests(1).length + guests(2).length, told.map(({code}) => code)]).toEqual([
          1,
          expect.arrayContaining(['ok', expect.stringMatching(/^(?:ALREADY_RUNNING|BUSY)$/)]),
        ])
        const winner = guests(1).length === 1 ? 1 : 2
        expect(told[winner - 1]?.code).toBe('ok')
        expect(told[2 - winner]?.message).toMatch(new RegExp(`\\bon h${winner}\\b`))
        await endGuests()
      }
    },
    400_000,
  )

  test('is not started beside a host whose lease is there and that is silent, unless the user knows', async () => {
    expect(await start('own', 1)).toMatchObject({code: 'ok'})
    await lab.cutCable(1)
    const silent = await start('own', 2)
    await killGuests(1)
    const known = await start('both', 2, '--not-on', 'h1')
    await lab.joinCable(1)
    expect(silent).toMatchObject({code: 'MAY_RUN_ELSEWHERE', hint: expect.stringContaining('rm ')})
    expect(silent.message).toContain('may run on h1')
    expect(known).toMatchObject({code: 'ok'})
    // a host that answers is believed, not the user
    const wrong = await start('own', 1)
    expect(wrong).toMatchObject({code: 'ALREADY_RUNNING', message: expect.stringContaining('on h2')})
    expect(await start('both', 1, '--not-on', 'h2')).toMatchObject({code: 'ALREADY_RUNNING'})
    expect([guests(1).length, guests(2).length]).toEqual([0, 1])
    await endGuests()
  })

  test('is no matter of a lease that came with a copy of the directory', async () => {
    expect(await start('own', 1)).toMatchObject({code: 'ok'})
    await lab.host(2, ['cp', '-a', vm.dir, '/vm/'])
    const HOME = join(lab.ctlHome, 'copy')
    mkdirSync(HOME)
    // another machine by now
    const rename = 's/^#@#UUID.*/#@#UUID = "11111111-2222-4333-8444-555555555555"/; s/= "common"/= "copied"/'
    await lab.host(2, ['sed', '-i', rename, '/vm/common/common.ctys'])
    const {stdout} = await ctys(lab, ['start', '/vm/common/common.ctys', 'h2', '--json'], {env: {HOME}})
    expect(JSON.parse(stdout)).toMatchObject({exitCode: 0})
    const list = await ctys(lab, ['list', 'h2'], {env: {HOME}})
    expect(list.stdout).toContain('copied')
  })
})
