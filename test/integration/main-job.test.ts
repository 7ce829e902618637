import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysJson, guestsOf, verdicts} from './run-ctys.js'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 3})
  lab.makeVm(1, {label: 'web01'})
  lab.makeVm(1, {label: 'deaf1', deaf: true})
  lab.makeVm(2, {label: 'web01'})
  lab.makeVm(2, {label: 'classic', qmp: false})
  lab.makeVm(3, {label: 'broken', fails: 'no such disk: /dev/nothing'})
  lab.makeVm(3, {label: 'daemon', daemonize: true})
})

afterAll(() => lab?.down())

describe.sequential('the main job', () => {
  test('scan collects every machine of every host, find answers offline', async () => {
    const scan = await ctys(lab, ['scan', 'h1', 'h2', 'h3', '--base', '/vm'])
    expect(scan).toMatchObject({code: 0})
    expect(scan.stdout).toMatch(/^h1 +2 +2/m)
    const found = await ctys(lab, ['find', 'web01'])
    expect(found.code).toBe(0)
    expect(found.stdout.trim().split('\n')).toHaveLength(3)
    const file = readFileSync(join(lab.ctlHome, '.ctys/db/default/enum.fdb'), 'utf8')
    expect(file.trim().split('\n')).toHaveLength(9)
  })

  test('the plan is shown without any connection', async () => {
    const plan = await ctys(lab, ['-n', '-t', 'qemu', '-a', 'create=l:web01,reuse', 'h1', 'h2'])
    expect(plan).toMatchObject({code: 0})
    expect(plan.stdout).toContain('/vm/web01/web01.ctys')
    expect(guestsOf(lab, 1)).toEqual([])
  })

  test('the classic create starts one machine on each of two hosts', async () => {
    const create = await ctys(lab, ['-t', 'qemu', '-a', 'create=l:web01,reuse', 'h1', 'h2'])
    expect(create, create.stderr).toMatchObject({code: 0})
    expect(guestsOf(lab, 1)).toEqual(['web01'])
    expect(guestsOf(lab, 2)).toEqual(['web01'])
  })

  test('a second create is an error, reuse returns the machine as it is, connect wants it running', async () => {
    expect(verdicts(await ctysJson(lab, ['-t', 'qemu', '-a', 'create=l:web01', 'h1']))).toEqual([
      'h1 failed ALREADY_RUNNING',
    ])
    const reuse = await ctysJson(lab, ['start', 'web01', 'h1', '--reuse'])
    expect(reuse.outcomes[0]).toMatchObject({status: 'ok', data: {reused: true}})
    expect(verdicts(await ctysJson(lab, ['start', 'deaf1', 'h1', '--connect']))).toEqual(['h1 failed NOT_RUNNING'])
    expect(guestsOf(lab, 1)).toEqual(['web01'])
  })

  test('list shows state, uuid and path of what runs, on every host', async () => {
    const {outcomes} = await ctysJson(lab, ['list', 'h1', 'h2', 'h3'])
    const machines = outcomes.map((outcome) =>
      outcome.status === 'ok' && outcome.data.kind === 'list' ? outcome.data.machines : undefined,
    )
    expect(machines).toMatchObject([
      [
        {
          label: 'web01',
          id: '/vm/web01/web01.ctys',
          state: 'running',
          managed: true,
          accelerator: expect.stringMatching(/tcg|QEMU/i),
        },
      ],
      [{label: 'web01', state: 'running'}],
      [],
    ])
    const table = await ctys(lab, ['-a', 'list', 'h1', 'h2'])
    expect(table.stdout).toMatch(/^TCP-container/)
  })

  test('pause, resume and reset are what the monitor says afterwards', async () => {
    const pause = await ctysJson(lab, ['-t', 'qemu', '-a', 'cancel=l:web01,pause', 'h1'])
    expect(pause.outcomes[0]).toMatchObject({data: {machines: [{state: 'paused', step: 'pause'}]}})
    const resume = await ctysJson(lab, ['start', 'web01', 'h1', '--resume'])
    expect(resume.outcomes[0]).toMatchObject({data: {reused: true, machine: {state: 'running'}}})
    const reset = await ctysJson(lab, ['stop', 'web01', 'h1', '--how', 'reset'])
    expect(reset.outcomes[0]).toMatchObject({data: {machines: [{state: 'running', step: 'reset'}]}})
  })

  test('a reboot goes through the power button and the same process runs on', async () => {
    const pid = lab.processes(1).find(({args}) => args.includes('web01'))?.pid
    await expect
      .poll(async () => (await ctysJson(lab, ['stop', 'web01', 'h1', '--how', 'reboot', '--grace', '30'])).exitCode, {
        timeout: 60_000,
      })
      .toBe(0)
    expect(lab.processes(1).find(({args}) => args.includes('web01'))?.pid).toBe(pid)
    const {outcomes} = await ctysJson(lab, ['list', 'h1'])
    expect(outcomes[0]).toMatchObject({data: {machines: [{label: 'web01', state: 'running'}]}})
  })

  test('a guest that honours its power button goes gracefully, and that is said', async () => {
    const stop = await ctysJson(lab, ['-t', 'qemu', '-a', 'cancel=l:web01,poweroff', 'h1'])
    expect(stop.outcomes[0]).toMatchObject({
      data: {machines: [{state: 'gone', step: expect.stringMatching(/^powerButton/)}]},
    })
    expect(guestsOf(lab, 1)).toEqual([])
  })

  test('stopping what does not run is an error of its own', async () => {
    expect(verdicts(await ctysJson(lab, ['stop', 'web01', 'h1']))).toEqual(['h1 failed NOT_RUNNING'])
  })

  test('a deaf guest is ended by the hypervisor after its grace', async () => {
    expect(await ctys(lab, ['start', 'deaf1', 'h1'])).toMatchObject({code: 0})
    const stop = await ctysJson(lab, ['stop', 'deaf1', 'h1', '--grace', '4'])
    expect(stop.outcomes[0]).toMatchObject({data: {machines: [{state: 'gone', step: 'quit'}]}})
    expect(guestsOf(lab, 1)).toEqual([])
  })

  test('a machine with the classic multiplexed monitor only is started, seen and stopped', async () => {
    expect(await ctys(lab, ['start', 'classic', 'h2'])).toMatchObject({code: 0})
    const list = await ctysJson(lab, ['list', 'h2'])
    expect(list.outcomes[0]).toMatchObject({data: {machines: [{label: 'classic', state: 'running'}, {label: 'web01'}]}})
    const stop = await ctysJson(lab, ['stop', 'classic', 'h2', '--grace', '60'])
    expect(stop.outcomes[0]).toMatchObject({data: {machines: [{state: 'gone'}]}})
    expect(guestsOf(lab, 2)).toEqual(['web01'])
  })

  test('a wrapper that fails leaves nothing running and its last words are shown', async () => {
    const start = await ctys(lab, ['start', 'broken', 'h3'])
    expect(start.code).toBe(1)
    expect(start.stderr).toContain('START_FAILED')
    expect(start.stderr).toContain('no such disk: /dev/nothing')
    expect(guestsOf(lab, 3)).toEqual([])
  })

  test('a wrapper that lets QEMU detach itself is seen all the same, with its VNC display on loopback', async () => {
    const start = await ctysJson(lab, ['start', 'daemon', 'h3', '--console', 'vnc'])
    expect(start.outcomes[0]).toMatchObject({
      data: {machine: {label: 'daemon', state: 'running', vncDisplay: expect.stringMatching(/^\d+$/)}},
    })
    const guest = lab.processes(3).find(({args}) => args.includes('daemon'))
    expect(guest?.args.join(' ')).toContain('127.0.0.1:')
  })

  test('a machine is found on the host when the inventory does not know it', async () => {
    lab.makeVm(1, {label: 'fresh', dir: '/vm/new'})
    const start = await ctys(lab, ['-t', 'qemu', '-a', 'create=l:fresh,b:/vm', '-c', 'off', 'h1'])
    expect(start, start.stderr).toMatchObject({code: 0})
    expect(guestsOf(lab, 1)).toEqual(['fresh'])
  })

  test('two machines with one label on a host are ambiguous until the address is longer', async () => {
    lab.makeVm(1, {label: 'twin', dir: '/vm/a'})
    const second = lab.makeVm(1, {label: 'twin', dir: '/vm/b'})
    const start = await ctys(lab, ['start', 'l:twin,b:/vm', 'h1'])
    expect(start.code).toBe(3)
    expect(start.stderr).toContain('MACHINE_AMBIGUOUS')
    expect(start.stderr).toContain(`m:${second.macs[0]?.toUpperCase()}`)
    expect(guestsOf(lab, 1)).toEqual(['fresh'])
  })

  test('a machine beside --all is refused before anything is stopped', async () => {
    const stop = await ctys(lab, ['stop', 'web01', '--all', 'h1'])
    expect(stop.code).toBe(2)
    expect(stop.stderr).toContain('web01 is a machine')
    expect(guestsOf(lab, 1)).toEqual(['fresh'])
  })

  test('all is stopped at once, and the hosts are as they were', async () => {
    const stop = await ctys(lab, ['stop', '--all', 'h1', 'h2', 'h3', '--grace', '60'])
    expect(stop, stop.stderr).toMatchObject({code: 0})
    for (const {number} of lab.hosts) {
      expect(guestsOf(lab, number)).toEqual([])
      const left = lab.processes(number).filter(({args}) => !/sshd|host-init/.test(args.join(' ')))
      expect(left).toEqual([])
    }
  })

  test('probe says what a host has and what it lacks', async () => {
    const probe = await ctysJson(lab, ['probe', 'h1'])
    expect(probe.outcomes[0]).toMatchObject({
      status: 'ok',
      data: {hostname: 'h1', hypervisors: expect.arrayContaining([expect.objectContaining({arch: 'x86_64'})])},
    })
  })
})
