import {execFileSync, spawn} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {HostSession} from '../../../../../src/domain/ports/ports.js'
import type {MakeAsk, NewMachine} from '../../../../../src/domain/work/make.js'
import {make} from '../../../../../src/drivers/qemu/make/make.js'
import {wrapperText} from '../../../../../src/drivers/qemu/make/wrapper.js'
import {makeInspectScript, makeScript} from '../../../../../src/drivers/qemu/remote/make.js'
import {createLocalTransport} from '../../../../../src/transport/local/local.js'
import {sessionUnderShell} from '../../../../fakes/local-session.js'
import {runHandler} from '../../../../fakes/run-handler.js'

/** New machines on a real host, under the shells of hosts. */

const {signal} = new AbortController()
let dir = ''
let base = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ctys-make-'))
  base = join(dir, 'vm')
})
afterEach(() => rmSync(dir, {recursive: true, force: true}))

const fingerprint = (label: string, more: Partial<NewMachine> = {}): NewMachine => ({
  label,
  uuid: '00000000-0000-4000-8000-000000000001',
  macs: ['52:54:00:11:22:33'],
  memoryMiB: 64,
  cpus: 1,
  net: 'user',
  disk: {format: 'qcow2', size: 2 ** 30},
  fingerprint: 'abc1',
  ...more,
})

async function ask(machines: readonly NewMachine[], shell?: readonly string[], more: Partial<MakeAsk> = {}) {
  const local = await createLocalTransport().open({host: 'localhost'}, {signal})
  const session: HostSession = shell === undefined ? local : sessionUnderShell(local, shell)
  const asked = {base, serial: '20260131102030', machines, ...more}
  const task = {
    id: '1',
    target: {host: 'localhost'},
    type: 'QEMU',
    verb: 'make',
    ask: asked,
    timeoutMs: 60_000,
  } as const
  try {
    return await runHandler(make, task, {session, signal, note: () => undefined})
  } finally {
    await local.close()
  }
}

const info = (path: string) => JSON.parse(execFileSync('qemu-img', ['info', '--output=json', path]).toString())

test.each([makeInspectScript, makeScript])('shellcheck has nothing to say of $name', ({text}) => {
  execFileSync('shellcheck', ['-s', 'sh', '-e', 'SC2030,SC2031', '-'], {input: text})
})

describe.each([[['dash']], [['bash', '--posix']], [['mksh']], [['busybox', 'sh']]])('under %s', (shell) => {
  test('a machine is made, whole and with nothing beside, and read back', async () => {
    const data = await ask([fingerprint('web01'), fingerprint('web02', {disk: {format: 'raw', size: 2 ** 20}})], shell)
    expect(data.notMade).toEqual([])
    expect(data.machines).toEqual([
      {label: 'web01', state: 'made', directory: join(base, 'web01')},
      {label: 'web02', state: 'made', directory: join(base, 'web02')},
    ])
    expect(data.stored.map(({label, id}) => [label, id])).toEqual([
      ['web01', join(base, 'web01/web01.ctys')],
      ['web02', join(base, 'web02/web02.ctys')],
    ])
    expect(readdirSync(base)).toEqual(['web01', 'web02'])
    expect(readdirSync(join(base, 'web01')).sort()).toEqual(['web01.ctys', 'web01.qcow2', 'web01.sh'])
    expect(readFileSync(join(base, 'web01/web01.sh'), 'utf8')).toBe(wrapperText)
    expect(statSync(join(base, 'web01/web01.sh')).mode & 0o777).toBe(0o755)
    expect(statSync(join(base, 'web01/web01.qcow2')).mode & 0o777).toBe(0o600)
    expect(info(join(base, 'web01/web01.qcow2'))).toMatchObject({format: 'qcow2', 'virtual-size': 2 ** 30})
    expect(statSync(join(base, 'web02/web02.img')).size).toBe(2 ** 20)
  })

  test('what exists is left as it is, and named; the same wish is met already', async () => {
    await ask([fingerprint('web01')], shell)
    const before = readFileSync(join(base, 'web01/web01.ctys'), 'utf8')
    mkdirSync(join(base, 'other'))
    writeFileSync(join(base, 'other/mine'), 'kept')
    writeFileSync(join(base, 'file'), '')
    symlinkSync('/nonexistent', join(base, 'link'))
    mkdirSync(join(base, 'empty'))
    const labels = ['other', 'file', 'link', 'empty', 'web01']
    const data = await ask(
      [...labels.map((label) => fingerprint(label)), fingerprint('web02', {fingerprint: 'd'})],
      shell,
    )
    expect(data.machines.map(({label, state}) => [label, state])).toEqual([
      ['empty', 'made'],
      ['web01', 'there'],
      ['web02', 'made'],
    ])
    expect(data.notMade.map(({label, code}) => [label, code])).toEqual([
      ['other', 'EXISTS'],
      ['file', 'EXISTS'],
      ['link', 'EXISTS'],
    ])
    expect(data.notMade[0]?.reason).toContain(join(base, 'other'))
    expect(readFileSync(join(base, 'other/mine'), 'utf8')).toBe('kept')
    const again = await ask([fingerprint('web01', {fingerprint: 'ffff'})], shell)
    expect(again).toMatchObject({machines: [], notMade: [{label: 'web01', code: 'EXISTS'}]})
    expect(readFileSync(join(base, 'web01/web01.ctys'), 'utf8')).toBe(before)
  })

  test('what a run left that died is finished or removed by the next', async () => {
    const {hostname} = await import('node:os')
    // it died while it wrote, and just before the last step
    mkdirSync(join(base, `.web01.ctys-new.${hostname()}.999999999`), {recursive: true})
    writeFileSync(join(base, `.web01.ctys-new.${hostname()}.999999999`, 'web01.qcow2'), 'half')
    await ask([fingerprint('web02')], shell)
    execFileSync('mv', [join(base, 'web02/web02.ctys'), join(base, 'web02/.ctys-new')])
    const data = await ask([fingerprint('web01'), fingerprint('web02')], shell)
    expect(data.machines.map(({state}) => state)).toEqual(['made', 'completed'])
    expect(data.stored).toHaveLength(2)
    expect(readdirSync(base).sort()).toEqual(['web01', 'web02'])
  })

  test('a linked clone and a copy of an image of the host', async () => {
    const image = join(dir, 'base, of $(all).qcow2')
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', image, '64M'])
    const from = (how: 'linked' | 'full', size?: number) => ({
      format: 'qcow2' as const,
      from: {path: image, how},
      ...(size !== undefined && {size}),
    })
    await ask([fingerprint('a', {disk: from('linked')}), fingerprint('b', {disk: from('full')})], shell)
    expect(info(join(base, 'a/a.qcow2'))).toMatchObject({'backing-filename': image, 'virtual-size': 2 ** 26})
    expect(info(join(base, 'b/b.qcow2'))['backing-filename']).toBeUndefined()
    const grown = await ask([fingerprint('c', {disk: from('linked', 2 ** 27)})], shell)
    expect(grown.notMade).toEqual([])
    expect(info(join(base, 'c/c.qcow2'))).toMatchObject({'virtual-size': 2 ** 27})
    await expect(ask([fingerprint('d', {disk: from('linked', 2 ** 20)})], shell)).rejects.toMatchObject({
      code: 'IMAGE_UNUSABLE',
    })
    await expect(
      ask([fingerprint('d', {disk: {format: 'qcow2', from: {path: '/no/such', how: 'linked'}}})], shell),
    ).rejects.toMatchObject({code: 'IMAGE_UNUSABLE', message: expect.stringContaining('/no/such is not there')})
    expect(existsSync(join(base, 'd'))).toBe(false)
  })
})

test('what a guest is told is a FAT disk called cidata, as QEMU itself makes it', async () => {
  const seed = {userData: '#!/bin/sh\necho "$1" `x`', metaData: '{"local-hostname": "web01"}\n'}
  await ask([fingerprint('web01', {seed})])
  const folder = join(base, 'web01/seed')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(readFileSync(join(folder, 'user-data'), 'utf8')).toBe(seed.userData)
  const disk = join(dir, 'seed.img')
  const options = `driver=vvfat,dir=${folder},label=cidata,read-only=on`
  execFileSync('qemu-img', ['convert', '--image-opts', options, '-O', 'raw', disk])
  const start = readFileSync(disk).subarray(0, 2_000_000).toString('latin1')
  expect(start).toMatch(/cidata/i)
  expect(start).toContain(seed.metaData)
  expect(start).toContain(seed.userData)
})

test('an installer finds its answers in a file, and behind its initial RAM disk', async () => {
  const initrd = join(dir, 'initrd.gz')
  // the length is no multiple of four
  writeFileSync(
    initrd,
    execFileSync('sh', ['-c', 'cd "$1" && echo x >old && echo old | cpio -o --quiet -H newc', 'sh', dir]),
  )
  writeFileSync(initrd, Buffer.concat([readFileSync(initrd), Buffer.alloc(3)]))
  const text = `d-i passwd/x string 100% \\0101 "$(touch x)"\n\ttab é\n`
  const answers = {name: 'preseed.cfg', label: 'CIDATA', text, inInitrd: true} as const
  const {notMade} = await ask([fingerprint('di', {kernel: '/k', initrd, answers})])
  expect(notMade).toEqual([])
  const home = join(base, 'di')
  expect(readFileSync(join(home, 'seed/preseed.cfg'), 'utf8')).toBe(text)
  expect(readFileSync(join(home, 'di.ctys'), 'utf8')).toContain('#@#INITRDIMAGE = "initrd.answers"')
  const whole = readFileSync(join(home, 'initrd.answers'))
  expect(whole.length % 4).toBe(0)
  const own = whole.subarray(Math.ceil(readFileSync(initrd).length / 4) * 4)
  const out = join(dir, 'out')
  mkdirSync(out)
  execFileSync('cpio', ['-i', '--quiet'], {input: own, cwd: out})
  expect(readFileSync(join(out, 'preseed.cfg'), 'utf8')).toBe(text)
})

test('a MAC address that is alive on the network of the host is refused, its own is none', async () => {
  const mac = '52:54:00:ab:cd:ef'
  const qemu = spawn('sh', ['-c', 'sleep 60; : "$1"', 'qemu', `virtio-net-pci,netdev=n,mac=${mac}`], {stdio: 'ignore'})
  try {
    const wish = [fingerprint('a', {macs: [mac.toUpperCase()]}), fingerprint('b', {macs: ['52:54:00:ab:cd:e0']})]
    const {machines, notMade} = await ask(wish)
    expect(machines.map(({label}) => label)).toEqual(['b'])
    expect(notMade).toMatchObject([
      {label: 'a', code: 'MAC_IN_USE', reason: expect.stringContaining('that runs there')},
    ])
  } finally {
    qemu.kill()
  }
  // the shell's own child holds the words as well
  expect((await ask([fingerprint('a', {macs: ['52:54:00:ab:cd:e1']})])).machines).toMatchObject([{state: 'made'}])
})

test('a full disk, a place that is a file, no qemu-img: nothing is left', async () => {
  mkdirSync(base)
  writeFileSync(join(dir, 'file'), '')
  await expect(ask([fingerprint('a')], undefined, {base: join(dir, 'file/vm')})).rejects.toMatchObject({
    code: 'BASE_MISSING',
  })
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'qemu-img'), '#!/bin/sh\necho "qemu-img: $7: No space left on device" >&2\nexit 1\n')
  chmodSync(join(bin, 'qemu-img'), 0o755)
  const data = await ask([fingerprint('a'), fingerprint('b')], ['env', `PATH=${bin}:${process.env.PATH}`, 'dash'])
  expect(data.machines).toEqual([])
  expect(data.notMade).toMatchObject([
    {label: 'a', code: 'MAKE_FAILED', reason: expect.stringContaining('No space left')},
    {label: 'b', code: 'MAKE_FAILED'},
  ])
  expect(readdirSync(base)).toEqual([])
})
