/** New machines with a kernel and a seed, on a lab host, as typed: when they are ready, and why they are not. */
import {writeFileSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysJson} from './run-ctys.js'

const kernel = '/usr/lib/ctys-lab/vmlinuz'
const initrd = ['--initrd', '/usr/lib/ctys-lab/initrd.gz']
let lab: Lab
beforeAll(async () => {
  lab = await startLab({hosts: 1})
})
afterAll(() => lab?.down())

const make = async (label: string, append: string, more: readonly string[]) => {
  const words = ['new', label, 'h1', '--memory', '128M', '--kernel', kernel, '--append', `console=ttyS0 ${append}`]
  const made = await ctys(lab, [...words, ...more])
  expect(made, made.stderr).toMatchObject({code: 0})
}

const reasonOf = async (label: string, wait: readonly string[]) => {
  const {exitCode, outcomes} = await ctysJson(lab, ['start', label, 'h1', '--wait', ...wait])
  const [outcome] = outcomes
  const {notDone = []} = outcome?.status === 'ok' && outcome.data.kind === 'create' ? outcome.data : {}
  return {exitCode, notDone}
}

describe.sequential('a guest that comes up', () => {
  test('is ready when its console says so, and has what it was told beside its disk', async () => {
    const key = `${lab.ctlHome}/guest.pub`
    writeFileSync(key, `ssh-ed25519 AAAA${'b'.repeat(64)} ann@here\n`)
    await make('k1', 'quiet label=k1', [...initrd, '--ssh-key', key])
    const start = await ctys(lab, ['start', 'k1', '--wait', 'ready:guest k1 ready'])
    expect(start, start.stderr).toMatchObject({code: 0})
    expect(start.stdout).toMatch(/h1 k1 running \(pid \d+, ready after \d+\.\d s\)/)
    const words = lab.processes(1).find(({args}) => args.includes('k1'))?.args ?? []
    expect(words).toContain('driver=vvfat,node-name=seed,dir=/home/admin/vm/k1/seed,label=cidata,read-only=on')
    const again = await ctys(lab, ['start', 'k1', 'h1', '--reuse', '--wait', 'ready:guest k1 ready'])
    expect(again, again.stderr).toMatchObject({code: 0})
  })

  test('counts only from its start on', async () => {
    expect(await ctys(lab, ['stop', 'k1', 'h1', '--force'])).toMatchObject({code: 0})
    const late = await reasonOf('k1', ['ready:never said', '--wait-timeout', '2'])
    expect(late).toMatchObject({exitCode: 4, notDone: [{asked: 'ready'}]})
    expect(late.notDone[0]?.reason).toMatch(/^(still booting after 2 s|it said nothing)/)
  })
})

test('a guest without its root disk, one that panics, and one that says nothing are told apart', async () => {
  await make('noroot', 'root=/dev/vda', [])
  const noRoot = await reasonOf('noroot', ['ready'])
  expect(noRoot).toMatchObject({
    exitCode: 4,
    notDone: [{asked: 'ready', reason: expect.stringContaining('no root disk')}],
  })
  await make('panics', 'rdinit=/bin/busybox', initrd)
  const panics = await reasonOf('panics', ['ready'])
  expect(panics).toMatchObject({exitCode: 4, notDone: [{reason: expect.stringContaining('its kernel panicked')}]})
  expect(await ctys(lab, ['new', 'empty', 'h1', '--memory', '64M'])).toMatchObject({code: 0})
  const silent = await reasonOf('empty', ['ready', '--wait-timeout', '2'])
  expect(silent).toMatchObject({
    exitCode: 4,
    notDone: [{reason: expect.stringContaining('said nothing on its console')}],
  })
})

test('new machines are made, started and waited for in one call; the same call again finds them ready', async () => {
  const words = ['new', 'n[1-2]', 'h1', '--memory', '128M', '--kernel', kernel, ...initrd]
  const wait = ['--append', 'console=ttyS0 quiet label=n1', '--wait', 'ready:guest n1 ready']
  const made = await ctys(lab, [...words, ...wait])
  expect(made, made.stderr).toMatchObject({code: 0})
  expect(made.stdout).toMatch(/h1 +n1 +made[\s\S]*h1 n1 running \(pid \d+, ready after/)
  const again = await ctysJson(lab, [...words, ...wait])
  expect(again.exitCode).toBe(0)
  expect(again.outcomes.map((outcome) => outcome.status === 'ok' && outcome.data.kind)).toEqual([
    'make',
    'create',
    'create',
  ])
  expect(await ctys(lab, ['stop', 'n1', 'n2', '--force'])).toMatchObject({code: 0})
  const late = await ctys(lab, [
    ...words,
    '--append',
    'console=ttyS0 quiet label=n1',
    '--wait',
    'ready:never',
    '--wait-timeout',
    '1',
  ])
  expect(late).toMatchObject({code: 4, stderr: expect.stringMatching(/n2[\s\S]*(still booting|said nothing)/)})
  expect(await ctys(lab, ['stop', 'n1', 'n2', '--force'])).toMatchObject({code: 0})
})

describe.sequential('what is typed while it boots', () => {
  test('is typed where its text was seen, character by character, from the call or the configuration', async () => {
    const steps = ['s1# => expr 6 \\* 7', '/^42[\\s\\S]*s1# / => echo it is $?', 'it is 0'].flatMap((one) => [
      '--step',
      one,
    ])
    const words = ['--memory', '128M', '--kernel', kernel, ...initrd, '--append', 'console=ttyS0 quiet label=s1']
    const made = await ctys(lab, ['new', 's1', 'h1', ...words, ...steps, '--steps'])
    expect(made, made.stderr).toMatchObject({code: 0})
    expect(made.stderr).toContain('3 steps were typed on its console')
    const log = await lab.host(1, ['tail', '-n', '+1', '/home/admin/vm/s1/s1.console.log'])
    expect(log.stdout).toMatch(/s1# .*expr 6 \\\* 7\r?\n42/)
    expect(await ctys(lab, ['stop', 's1', 'h1', '--force'])).toMatchObject({code: 0})
  })

  test('is told by its number with the last lines when it was not seen; the machine goes on', async () => {
    const words = ['start', 's1', 'h1', '--step', 'never => x', '--wait-timeout', '2']
    const {exitCode, outcomes} = await ctysJson(lab, words)
    expect(exitCode).toBe(4)
    const [outcome] = outcomes
    const {notDone = []} = outcome?.status === 'ok' && outcome.data.kind === 'create' ? outcome.data : {}
    expect(notDone).toMatchObject([
      {
        asked: 'steps',
        reason: expect.stringMatching(/^step 1 of 1 \(never => x\): not seen within 2 s; it/),
      },
    ])
    const again = await ctys(lab, ['start', 's1', 'h1', '--reuse', '--steps'])
    expect(again).toMatchObject({code: 4, stderr: expect.stringContaining('it ran already')})
    expect(await ctys(lab, ['stop', 's1', 'h1', '--force'])).toMatchObject({code: 0})
    const wrong = await ctys(lab, ['start', 's1', 'h1', '--step', '/(/ => x'])
    expect(wrong).toMatchObject({code: 2, stderr: expect.stringContaining('no pattern')})
  })
})

test('what is not to be waited for is refused before anything is started', async () => {
  const wrong = await ctys(lab, ['start', 'k1', 'h1', '--wait', 'forever'])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain("--wait: 'forever' is neither ready nor ready:PATTERN")
})
