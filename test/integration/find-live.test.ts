import {mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {RecordState} from '../../src/domain/machine/record-state.js'
import type {Reach} from '../../src/domain/work/reach.js'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, verdicts} from './run-ctys.js'

let lab: Lab
/** The machine's own ping may be missing; the one of busybox is here with the lab's guests. */
let tools: string

beforeAll(async () => {
  tools = mkdtempSync(join(tmpdir(), 'ctys-tools-'))
  for (const name of ['ping', 'ping6']) symlinkSync('/bin/busybox', join(tools, name))
  lab = await startLab({hosts: 3})
  for (const host of [1, 2, 3]) {
    lab.makeVm(host, {label: `vm${host}`, keys: {IP0: `10.77.0.${host}`, DIST: 'scanned'}})
    lab.makeVm(host, {label: `db${host}`})
  }
  expect(await ctys(lab, ['scan', 'h1', 'h2', 'h3', '--base', '/vm'])).toMatchObject({code: 0})
  expect(await ctys(lab, ['start', 'vm1', 'h1'])).toMatchObject({code: 0})
})

afterAll(async () => {
  rmSync(tools, {recursive: true, force: true})
  await lab?.down()
})

function ask(...argv: readonly string[]) {
  return ctys(lab, argv, {env: {PATH: `${tools}:${process.env.PATH}`}})
}

interface Body {
  readonly exitCode: number
  readonly outcomes: Parameters<typeof verdicts>[0]['outcomes']
  readonly live?: readonly RecordState[]
  readonly reach?: readonly Reach[]
}

/** h2 has no cable, h3 does not run any more but its network still does, h1 is fine. */
async function withFaults<T>(work: () => Promise<T>): Promise<T> {
  await lab.cutCable(2)
  lab.freezeHost(3)
  try {
    return await work()
  } finally {
    lab.thawHost(3)
    await lab.joinCable(2)
  }
}

describe.sequential('questions to hosts', () => {
  test('all of them answer an echo, and let us in', async () => {
    for (const reach of ['PING', 'SSH', 'PING,VM']) {
      const answer = await ask('vhost', '-R', reach, '-o', 'label', 'scanned')
      expect(answer, answer.stderr).toMatchObject({code: 0, stdout: 'vm1\nvm2\nvm3\n'})
    }
  })

  test('an echo tells which cable is cut, a login which host has stopped', async () => {
    await withFaults(async () => {
      const echo = await ask('vhost', '-R', 'MARK,PING', '-o', 'label', 'scanned')
      expect(echo, echo.stderr).toMatchObject({code: 0, stdout: 'R;vm1\n-;vm2\nR;vm3\n'})
      const login = await ask('vhost', '-R', 'MARK,SSH', '-o', 'label', 'scanned')
      expect(login, login.stderr).toMatchObject({code: 0, stdout: 'R;vm1\n-;vm2\n-;vm3\n'})
      const dead = await ask('vhost', '-x', 'REVERSE,SSH', '-o', 'label', 'F:3:db')
      expect(dead, dead.stderr).toMatchObject({code: 0, stdout: 'db2\ndb3\n'})
    })
  })

  test('a host whose key is not known lets nobody in, and that is told', async () => {
    const answer = await ask('vhost', '-R', 'MARK,SSH,VM', '-o', 'label', 'vm1')
    expect(answer, answer.stderr).toMatchObject({code: 0, stdout: '-;vm1\n'})
    expect(answer.stderr).toContain('10.77.0.1: HOST_KEY_UNKNOWN')
  })

  test('-r says what runs, and a host that does not answer is unknown', async () => {
    const quiet = await ask('vhost', '-r', '-o', 'json', 'QEMU')
    const whole = JSON.parse(quiet.stdout) as Body
    expect(whole.live?.map(({label, status}) => `${label} ${status}`).sort()).toEqual([
      'db1 notRunning',
      'db2 notRunning',
      'db3 notRunning',
      'vm1 running',
      'vm2 notRunning',
      'vm3 notRunning',
    ])
    const faulty = await withFaults(() => ask('vhost', '-r', 'scanned'))
    expect(faulty.code, faulty.stderr).toBe(4)
    expect(faulty.stdout).toMatch(/^vm1 .*\|running +$/m)
    expect(faulty.stdout).toMatch(/^vm2 .*\|unknown +$/m)
    expect(faulty.stdout).toMatch(/^vm3 .*\|unknown +$/m)
  })

  test('--max-age refreshes what was found where the host answers, and keeps the rest', async () => {
    for (const host of [1, 2, 3]) {
      const edit = ['sed', '-i', 's/scanned/edited/', `/vm/vm${host}/vm${host}.ctys`]
      expect(await lab.host(host, edit)).toMatchObject({code: 0})
    }
    const young = await ask('find', '-X', '-o', 'label,dist', '--max-age', '1d', 'vm')
    expect(young).toMatchObject({code: 0, stdout: expect.stringContaining('vm1;scanned')})
    await withFaults(async () => {
      const started = performance.now()
      const answer = await ask('find', '--json', '--max-age', '0', 'label~^(vm|db)')
      const body = JSON.parse(answer.stdout) as Body & {readonly records: readonly Record<string, string>[]}
      expect(body.exitCode).toBe(4)
      expect(verdicts(body)).toEqual([
        'h1 ok',
        expect.stringMatching(/^h2 failed (CONNECT_TIMEOUT|UNREACHABLE)$/),
        'h3 failed CONNECT_TIMEOUT',
      ])
      const dist = new Map(body.records.map(({label, dist}) => [label, dist]))
      expect([dist.get('vm1'), dist.get('vm2'), dist.get('vm3')]).toEqual(['edited', 'scanned', 'scanned'])
      // two directories of a host that is gone are waited for once
      expect(performance.now() - started).toBeLessThan(25_000)
    })
    const again = await ask('find', '-X', '-o', 'label,dist', '--max-age', '0', 'label~^vm')
    expect(again, again.stderr).toMatchObject({code: 0, stdout: 'vm1;edited\nvm2;edited\nvm3;edited\n'})
  })
})
