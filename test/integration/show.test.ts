import {rmSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {MachineView} from '../../src/domain/machine/machine-view.js'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys} from './run-ctys.js'

let lab: Lab
const uuid = '11111111-2222-4333-8444-555555555555'

beforeAll(async () => {
  lab = await startLab({hosts: 2})
  lab.makeVm(1, {label: 'twin', dir: '/shared', uuid, macs: ['00:50:56:77:00:01']})
  lab.makeVm(2, {label: 'single'})
  expect(await ctys(lab, ['scan', 'h1', 'h2', '--base', '/vm', '--base', '/shared'])).toMatchObject({code: 0})
})

afterAll(() => lab?.down())

async function show(...argv: readonly string[]) {
  const {stdout, stderr, code} = await ctys(lab, ['show', ...argv, '--json'])
  const {machine} = JSON.parse(stdout) as {machine?: MachineView}
  return {code, stderr, machine}
}

describe.sequential('one machine', () => {
  test('what two hosts see is one machine, for why and for show', async () => {
    const why = await ctys(lab, ['why', 'twin'])
    expect(why).toMatchObject({code: 0, stdout: expect.stringContaining('one machine at 2 paths')})
    expect(why.stdout).toContain('where it runs, if it does')
    const {machine} = await show('twin')
    expect(machine?.live).toEqual([
      {host: 'h1', status: 'notRunning'},
      {host: 'h2', status: 'notRunning'},
    ])
  })

  test('where it runs, its live state stands beside the record, and the other host says where', async () => {
    expect(await ctys(lab, ['start', 'twin', 'h2'])).toMatchObject({code: 0})
    const {machine, code} = await show('twin')
    expect(code).toBe(0)
    expect(machine?.live).toMatchObject([
      {host: 'h1', status: 'notRunning'},
      {host: 'h2', status: 'running', machine: {label: 'twin', state: 'running', macs: ['00:50:56:77:00:01']}},
    ])
    expect(machine?.differences).toContainEqual({host: 'h1', field: 'host', recorded: 'h1', live: 'h2'})
    const {stdout} = await ctys(lab, ['show', 'twin'])
    expect(stdout).toContain('twin on h1: not running')
    expect(stdout).toMatch(/^live +pid +- +\d+$/m)
    expect(stdout).toMatch(/^live +QEMU +- +\d+\.\d+/m)
  })

  test('a host that does not answer is unknown, and the other is shown', async () => {
    await lab.cutCable(1)
    const {machine, code} = await show('twin')
    await lab.joinCable(1)
    expect(code).toBe(4)
    expect(machine?.live).toMatchObject([
      {host: 'h1', status: 'unknown'},
      {host: 'h2', status: 'running'},
    ])
    expect(machine?.differences.filter(({host}) => host === 'h1')).toEqual([])
  })

  test('--max-age looks at that one configuration again', async () => {
    lab.makeVm(2, {label: 'late'})
    const config = lab.hostPath(2, '/vm/single/single.ctys')
    await lab.host(2, ['sed', '-i', 's/Debian/changed/', '/vm/single/single.ctys'])
    const young = await show('single', '--max-age', '1d')
    expect(young.machine?.recorded[0]?.dist).not.toBe('changed')
    const fresh = await show('single', '--max-age', '0')
    expect(fresh.machine?.recorded[0], fresh.stderr).toMatchObject({dist: 'changed', source: 'scan'})
    // only that directory was looked at
    expect(await ctys(lab, ['find', 'late'])).toMatchObject({code: 3})
    rmSync(config)
    const gone = await ctys(lab, ['show', 'single', '--max-age', '0'])
    expect(gone).toMatchObject({code: 3, stderr: expect.stringContaining('has no such configuration any more')})
  })
})
