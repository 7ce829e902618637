/** Machines of other managers beside one of ctys, and one host under two names, as typed. */
import {appendFileSync, readFileSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {expectSchema} from '../fakes/schemas.js'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, guestsOf} from './run-ctys.js'

let lab: Lab

/** As the account of the lab, until it answers the monitor of libvirt's place. */
async function startForeign(name: string): Promise<void> {
  const dir = `/var/lib/libvirt/qemu/domain-1-${name}`
  expect(await lab.host(1, ['install', '-d', '-o', 'admin', dir])).toMatchObject({code: 0})
  const monitor = ['-qmp', `unix:${dir}/monitor.sock,server=on,wait=off`]
  const idle = ['-M', 'none', '-nodefaults', '-S', '-display', 'none', '-daemonize']
  const as = ['setpriv', '--reuid', 'admin', '--regid', 'admin', '--init-groups']
  const argv = [...as, 'qemu-system-x86_64', '-name', `guest=${name}`, ...idle, ...monitor]
  expect(await lab.host(1, argv)).toMatchObject({code: 0})
}

beforeAll(async () => {
  lab = await startLab({hosts: 1})
  lab.makeVm(1, {label: 'web01'})
  const h1 = /^Host h1\n(?: .*\n)+/m.exec(readFileSync(lab.sshConfig, 'utf8'))?.[0] ?? ''
  appendFileSync(lab.sshConfig, h1.replace('Host h1', 'Host alias'))
  expect(await ctys(lab, ['scan', 'h1', 'alias', '--base', '/vm'])).toMatchObject({code: 0})
  await startForeign('one')
  await startForeign('two')
})

afterAll(() => lab?.down())

describe.sequential('machines of another manager', () => {
  test('are refused with the command of their manager, and named by list', async () => {
    const stop = await ctys(lab, ['stop', 'one', 'h1'])
    expect(stop).toMatchObject({code: 1, stderr: expect.stringContaining('FOREIGN_MACHINE')})
    expect(stop.stderr).toContain('virsh -c qemu+ssh://h1/system shutdown one')
    const rows = (await ctys(lab, ['list', 'h1'])).stdout.trimEnd().split('\n').slice(1)
    expect(rows).toEqual(
      [/ one .*libvirt$/, / two .*libvirt$/, / web01 +off /].map((row) => expect.stringMatching(row)),
    )
  })

  test('are left alone by a stop of all, counted and named in text and JSON', async () => {
    const text = await ctys(lab, ['stop', '--all', 'h1'])
    expect(text.stderr).toMatch(/^h1: 2 foreign machines left alone:\n {2}one: .*libvirt.*\n {2}two: .*libvirt/m)
    expect(text.stderr).not.toContain('no machine was running')
    const json = JSON.parse((await ctys(lab, ['stop', '--all', 'h1', '--json'])).stdout)
    expectSchema('report', json)
    const names = json.outcomes[0].data.leftAlone.map(({label, manager}: Record<string, string>) => [label, manager])
    expect(names).toEqual(expect.arrayContaining(['one', 'two'].map((name) => [name, 'libvirt'])))
    expect(guestsOf(lab, 1)).toEqual(['one', 'two'])
  })

  test('are ended by --foreign, and by the classic call', async () => {
    expect(await ctys(lab, ['stop', 'one', 'h1', '--foreign'])).toMatchObject({code: 0})
    expect(await ctys(lab, ['-t', 'qemu', '-a', 'cancel=l:two,foreign', 'h1'])).toMatchObject({code: 0})
    expect(guestsOf(lab, 1)).toEqual([])
  })

  test('are ended by pid:N, without a name too', async () => {
    await startForeign('three')
    const pid = lab.processes(1).find(({args}) => args.includes('guest=three'))?.pid
    const refused = await ctys(lab, ['stop', `pid:${pid}`, 'h1'])
    expect(refused.stderr).toContain('FOREIGN_MACHINE')
    expect(await ctys(lab, ['stop', `pid:${pid}`, 'h1', '--foreign'])).toMatchObject({code: 0})
    const as = ['setpriv', '--reuid', 'admin', '--regid', 'admin', '--init-groups']
    const nameless = ['qemu-system-x86_64', '-M', 'none', '-nodefaults', '-display', 'none', '-daemonize']
    expect(await lab.host(1, [...as, ...nameless])).toMatchObject({code: 0})
    const bare = lab.processes(1).find(({args}) => args.includes('-daemonize'))?.pid
    expect(await ctys(lab, ['stop', `pid:${bare}`, 'h1', '--foreign', '--force'])).toMatchObject({code: 0})
    expect(guestsOf(lab, 1)).toEqual([])
  })
})

test('one host under two names is one host to start, list and stop', async () => {
  expect(await ctys(lab, ['start', 'web01'])).toMatchObject({code: 0})
  const list = await ctys(lab, ['list', 'h1', 'alias'])
  expect(list.stdout.match(/web01/g)).toHaveLength(1)
  expect((await ctys(lab, ['show', 'web01'])).stdout).not.toContain('2 times')
  expect((await ctys(lab, ['show', 'web01'])).stderr).not.toContain('2 times')
  expect(await ctys(lab, ['start', 'web01', 'alias'])).toMatchObject({code: 1})
  expectSchema('report', JSON.parse((await ctys(lab, ['list', 'h1', 'alias', '--json'])).stdout))
  expectSchema('report', JSON.parse((await ctys(lab, ['stop', '-n', 'web01', '--json'])).stdout))
  expect(await ctys(lab, ['stop', 'web01', '--force'])).toMatchObject({code: 0})
  expect(guestsOf(lab, 1)).toEqual([])
})
