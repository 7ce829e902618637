/** One machine that two hosts see on shared storage: found as one, started where there is room, never started twice. */
import {execFileSync} from 'node:child_process'
import {readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {Outcome} from '../../src/domain/work/outcome.js'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys} from './run-ctys.js'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 2})
  lab.makeVm(1, {label: 'common', dir: '/shared'})
  const owner = lab.makeVm(1, {label: 'owner'})
  const thief = lab.makeVm(1, {label: 'thief'})
  rmSync(lab.hostPath(1, thief.image))
  symlinkSync(owner.image, lab.hostPath(1, thief.image))
  const sleeper = lab.makeVm(1, {label: 'sleeper', dir: '/shared'})
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', lab.hostPath(1, sleeper.image), '4M'])
  const wrapper = lab.hostPath(1, sleeper.wrapper)
  writeFileSync(wrapper, readFileSync(wrapper, 'utf8').replace('format=raw', 'format=qcow2'))
  expect(await ctys(lab, ['scan', 'h1', 'h2', '--base', '/vm', '--base', '/shared'])).toMatchObject({code: 0})
})

afterAll(() => lab?.down())

async function run(...argv: readonly string[]) {
  const {stdout, code} = await ctys(lab, [...argv, '--json'])
  const report = JSON.parse(stdout) as {
    outcomes: readonly Outcome[]
    chosen?: readonly {host: string; because: string}[]
    error?: {code: string}
  }
  const told = report.outcomes.map(
    (outcome) => `${outcome.host} ${'error' in outcome ? outcome.error.code : outcome.status}`,
  )
  return {code, told, chosen: report.chosen?.[0], error: report.error?.code}
}

describe.sequential('a machine on shared storage', () => {
  test('is one machine at two places, and no collision', async () => {
    const why = await ctys(lab, ['why', 'common'])
    expect(why.stdout).toContain('one machine at 2 paths')
    const check = await ctys(lab, ['inventory', 'check'])
    expect(check.stdout).toMatch(/^same-machine .* h1 +common /m)
    expect(check.stdout).toMatch(/^disk .* h1 +owner /m)
    expect(check.stdout).not.toMatch(/^(?:uuid|disk) .* common /m)
  })

  test('both hosts in one call are refused', async () => {
    const {told} = await run('run', '-t', 'qemu', '-a', 'create=l:common', 'h1', 'h2')
    expect(told).toEqual(['h1 MACHINE_AMBIGUOUS', 'h2 MACHINE_AMBIGUOUS'])
  })

  test('is started on the host with the least to do, which is said', async () => {
    expect(await run('start', 'owner')).toMatchObject({code: 0})
    const {code, told, chosen} = await run('start', 'common')
    expect({code, told}).toEqual({code: 0, told: ['h2 ok']})
    expect(chosen).toMatchObject({host: 'h2', because: 'fewest machines running: h2 0, against h1 1'})
  })

  test('is not started on the other host while it runs, nor while nobody knows', async () => {
    expect(await run('start', 'common', 'h1')).toMatchObject({code: 1, told: ['h1 ALREADY_RUNNING']})
    await lab.cutCable(2)
    const silent = await run('start', 'common', 'h1')
    const chosen = await run('start', 'common')
    await lab.joinCable(2)
    expect(silent).toMatchObject({code: 1, told: ['h1 MAY_RUN_ELSEWHERE']})
    expect(chosen).toMatchObject({code: 1, error: 'MAY_RUN_ELSEWHERE'})
    const list = await ctys(lab, ['list', 'h1', 'h2'])
    expect(list.stdout).toMatch(/^h2 +common +running/m)
    expect(list.stdout).toMatch(/^h1 +common +off .* runs on h2$/m)
    expect(list.stdout.match(/common/g)).toHaveLength(2)
  })

  test('nor where the inventory was not asked, or has no record of that host', async () => {
    const blind = await run('run', '-c', 'off', '-t', 'qemu', '-a', 'create=l:common,b:/shared', 'h1')
    expect(blind).toMatchObject({code: 1, told: ['h1 ALREADY_RUNNING']})
    const other = join(lab.ctlHome, 'other')
    expect(await ctys(lab, ['scan', 'h2', '--base', '/shared', '-p', other])).toMatchObject({code: 0})
    const unseen = await run('start', '/shared/common/common.ctys', 'h1', '-p', other)
    expect(unseen).toMatchObject({code: 1, told: ['h1 ALREADY_RUNNING']})
  })

  test('a machine whose disk is in use under another name is not started', async () => {
    expect(await run('start', 'thief')).toMatchObject({code: 1, told: ['h1 ALREADY_RUNNING']})
  })

  test('is found where it runs, and stopped there', async () => {
    expect((await run('start', 'common', '--reuse')).told).toEqual(['h2 ok'])
    expect((await run('stop', 'common', '--grace', '0')).told).toEqual(['h2 ok'])
    expect(await run('stop', 'common')).toMatchObject({code: 1, error: 'NOT_RUNNING'})
  })

  test('is started beside a silent host by who knows that it is down', async () => {
    await lab.cutCable(2)
    const started = await run('start', 'common', '--not-on', 'h2')
    await lab.joinCable(2)
    expect(started).toMatchObject({code: 0, told: ['h1 ok']})
    expect(await run('stop', '--all', 'h1', '--grace', '0')).toMatchObject({code: 0})
  })
})

describe.sequential('a machine that was suspended on one of its hosts', () => {
  const said = async (...argv: readonly string[]) => (await ctys(lab, argv)).stdout

  test('is told by the inventory and by both hosts at once', async () => {
    expect(await run('start', 'sleeper', 'h1')).toMatchObject({code: 0})
    expect(await run('suspend', 'sleeper')).toMatchObject({code: 0, told: ['h1 ok']})
    expect((await said('find', 'sleeper')).match(/^sleeper +h[12] +suspended /gm)).toHaveLength(2)
    expect((await said('list', 'h1', 'h2')).match(/^h[12] +sleeper +suspended/gm)).toHaveLength(2)
    expect(await said('why', 'sleeper')).toContain('sleeper on h2 is suspended since ')
    expect((await said('show', 'sleeper')).match(/sleeper on h[12]: suspended/g)).toHaveLength(2)
  })

  test('to another controller that scans the other host alone', async () => {
    const other = ['-p', join(lab.ctlHome, 'stranger')]
    expect(await ctys(lab, ['scan', 'h2', '--base', '/shared', ...other])).toMatchObject({code: 0})
    for (const command of ['find', 'why', 'show']) {
      expect(await said(command, 'sleeper', ...other), command).toContain('suspended')
    }
    expect(await said('show', 'sleeper', '--offline', ...other)).toContain('sleeper on h2: suspended')
    // nothing the marker does makes the next scan a long one
    const scan = await ctys(lab, ['scan', 'h2', '--base', '/shared', '-n', ...other])
    expect(scan, scan.stdout).toMatchObject({code: 0, stdout: expect.not.stringMatching(/changed|sleeper/)})
  })

  test('and is none any more once it runs on the other', async () => {
    expect(await run('start', 'sleeper', 'h2', '--resume')).toMatchObject({code: 0, told: ['h2 ok']})
    expect(await said('find', 'sleeper')).not.toContain('suspended')
    expect(await said('list', 'h1', 'h2')).not.toContain('suspended')
    expect(await run('stop', 'sleeper', '--force')).toMatchObject({code: 0})
    const scan = await ctys(lab, ['scan', 'h1', 'h2', '--base', '/shared', '-n'])
    expect(scan.stdout).not.toContain('suspended')
  })
})
