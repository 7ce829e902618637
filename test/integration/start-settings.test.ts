/** Starts as typed, through the built program: screens open to the network, suspended machines, what was asked in vain. */
import {execFileSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, type LabVm, startLab} from '../lab/lab.js'
import {ctys, ctysJson, guestsOf, verdicts} from './run-ctys.js'

let lab: Lab
let open: LabVm
let old: LabVm

/** The wrapper with one word of it exchanged. */
function rewrite({wrapper}: LabVm, before: string, after: string): void {
  const path = lab.hostPath(1, wrapper)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(before)
  writeFileSync(path, text.replace(before, after))
}

beforeAll(async () => {
  lab = await startLab({hosts: 1})
  open = lab.makeVm(1, {label: 'open01'})
  rewrite(open, '"127.0.0.1:$display"', '":$display"')
  old = lab.makeVm(1, {label: 'old01', qmp: false})
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', lab.hostPath(1, old.image), '4M'])
  rewrite(old, 'format=raw', 'format=qcow2')
  expect(await ctys(lab, ['scan', 'h1', '--base', '/vm'])).toMatchObject({code: 0})
})
afterAll(() => lab?.down())

const listening = async () => {
  const {stdout} = await lab.host(1, ['ss', '-Hltn'])
  return stdout.split('\n').flatMap((row) => /^\S+\s+\S+\s+\S+\s+(\S+:59\d\d)\s/.exec(row)?.[1] ?? [])
}

describe.sequential('a screen that the wrapper opens to the network', () => {
  test('is on loopback when the start is reported, and the machine runs', async () => {
    const start = await ctys(lab, ['start', 'open01', 'h1', '--console', 'vnc'])
    expect(start, start.stderr).toMatchObject({code: 0})
    expect(start.stderr).toMatch(
      /h1: open01: VNC was open to the network \(-vnc :\d+\); ctys moved it to 127\.0\.0\.1:59/,
    )
    expect(await listening()).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)])
    expect(await ctys(lab, ['stop', 'open01', 'h1'])).toMatchObject({code: 0})
  })

  test('stays open by an option, or by the settings of the user', async () => {
    const start = await ctys(lab, ['start', 'open01', 'h1', '--console', 'vnc', '--allow-vnc-network'])
    expect(start, start.stderr).toMatchObject({code: 0})
    expect(await listening()).toContainEqual(expect.stringMatching(/^0\.0\.0\.0:/))
    expect(await ctys(lab, ['stop', 'open01', 'h1', '--force'])).toMatchObject({code: 0})
    const settings = `${lab.ctlHome}/.ctys/settings.yaml`
    await lab.ctl(['mkdir', '-p', `${lab.ctlHome}/.ctys`])
    writeFileSync(settings, '# of mine\nvnc-network: everywhere\n')
    const faulty = await ctys(lab, ['-a', 'create=l:open01,console:vnc', 'h1'])
    expect(faulty.code).toBe(2)
    expect(faulty.stderr).toContain(`${settings}:2:1: vnc-network: "everywhere" is not one of loopback, allow`)
    writeFileSync(settings, 'vnc-network: allow\n')
    expect(await ctys(lab, ['-a', 'create=l:open01,console:vnc', 'h1'])).toMatchObject({code: 0})
    expect(await listening()).toContainEqual(expect.stringMatching(/^0\.0\.0\.0:/))
    writeFileSync(settings, '')
    expect(await ctys(lab, ['stop', 'open01', 'h1', '--force'])).toMatchObject({code: 0})
  })
})

describe.sequential('a machine of an old wrapper', () => {
  test('has a monitor for ctys alone', async () => {
    const start = await ctys(lab, ['start', 'old01', 'h1'])
    expect(start, start.stderr).toMatchObject({code: 0})
    const {stdout} = await lab.host(1, ['sh', '-c', 'stat -c "%a %U" /var/tmp/qemumon.old01.*.admin.ctys'])
    expect(stdout).toBe('600 admin\n')
  })

  test('gets no console afterwards, and that is no success', async () => {
    const reuse = await ctysJson(lab, ['start', 'old01', 'h1', '--reuse', '--console', 'vnc'])
    expect(reuse).toMatchObject({exitCode: 4})
    expect(reuse.outcomes[0]).toMatchObject({status: 'ok', data: {reused: true, notDone: [{asked: 'console vnc'}]}})
    const classic = await ctys(lab, ['-a', 'create=l:old01,reuse,bootmode:pxe', 'h1'])
    expect(classic.code).toBe(4)
    expect(classic.stderr).toContain('old01: bootmode PXE was not done: it runs already')
  })

  test('is suspended, found as that by anybody, and goes on', async () => {
    const suspend = await ctys(lab, ['-a', 'cancel=l:old01,s4', 'h1'])
    expect(suspend, suspend.stderr).toMatchObject({code: 0})
    expect(guestsOf(lab, 1)).toEqual([])
    expect((await ctys(lab, ['list', 'h1'])).stdout).toMatch(/^h1 +old01 +suspended/m)
    expect((await ctys(lab, ['show', 'old01'])).stdout).toContain('old01 on h1: suspended')
    expect((await ctys(lab, ['vhost', 'old01', '-r', '-o', 'label,live'])).stdout).toContain('suspended')
    // another controller knows nothing but the host
    const stranger = ['-p', `${lab.ctlHome}/empty`]
    for (const mode of [[], ['--reuse']]) {
      const refused = await ctysJson(lab, ['start', 'l:old01,b:/vm', 'h1', ...mode, ...stranger])
      expect(verdicts(refused)).toEqual(['h1 failed SUSPENDED'])
    }
    const again = await ctys(lab, ['-a', 'create=l:old01,b:/vm,resume', 'h1', ...stranger])
    expect(again, again.stderr).toMatchObject({code: 0})
    expect(again.stdout).toMatch(/^h1 old01 running again /)
    expect((await ctys(lab, ['list', 'h1'])).stdout).toMatch(/^h1 +old01 +running/m)
    expect(execFileSync('qemu-img', ['snapshot', '-l', '-U', lab.hostPath(1, old.image)], {encoding: 'utf8'})).toBe('')
    expect(await ctys(lab, ['stop', 'old01', 'h1', '--force'])).toMatchObject({code: 0})
  })
})
