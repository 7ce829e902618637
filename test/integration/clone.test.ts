/** Clones, settings, compression and autostart of machines on a lab host, as typed. */
import {execFileSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {ctys, ctysJson} from './run-ctys.js'

let lab: Lab
const at = (path: string) => lab.hostPath(1, `/home/admin/vm/${path}`)
const config = (label: string) => readFileSync(at(`${label}/${label}.ctys`), 'utf8')
const info = (label: string) =>
  JSON.parse(execFileSync('qemu-img', ['info', '-U', '--output=json', at(`${label}/${label}.qcow2`)]).toString())
const recordOf = async (label: string) => (await ctysJson(lab, ['find', `label=${label}`])).records?.[0] ?? {}

beforeAll(async () => {
  lab = await startLab({hosts: 1})
  const key = `${lab.ctlHome}/guest.pub`
  writeFileSync(key, `ssh-ed25519 AAAA${'b'.repeat(64)} ann@here\n`)
  const made = await ctys(lab, [
    'new',
    'a',
    'h1',
    '--size',
    '64M',
    '--memory',
    '64M',
    '--ssh-key',
    key,
    '--arg=-rtc',
    '--arg=base=utc',
  ])
  expect(made, made.stderr).toMatchObject({code: 0})
  const plain = await ctys(lab, ['new', 'b,d', 'h1', '--size', '64M', '--memory', '64M'])
  expect(plain, plain.stderr).toMatchObject({code: 0})
})
afterAll(() => lab?.down())

describe.sequential('a clone', () => {
  test('is refused while the machine runs, linked or whole', async () => {
    expect(await ctys(lab, ['start', 'a'])).toMatchObject({code: 0})
    for (const more of [[], ['--linked']]) {
      const clone = await ctys(lab, ['clone', 'a', 'a2', ...more])
      expect(clone).toMatchObject({code: 1, stderr: expect.stringContaining('ALREADY_RUNNING: a is running')})
    }
    expect(existsSync(at('a2'))).toBe(false)
    expect(await ctys(lab, ['stop', 'a', '--force'])).toMatchObject({code: 0})
  })

  test('has name, UUID and MAC of its own, in its files, its seed and the inventory, and starts', async () => {
    const clone = await ctys(lab, ['clone', 'a', 'a2'])
    expect(clone, clone.stderr).toMatchObject({code: 0})
    expect(clone.stdout).toBe('h1 a2 made of a\n')
    expect(clone.stderr).toContain('cloud-init in the guest gives it name, SSH host keys and machine-id of its own')
    const [old, own] = [await recordOf('a'), await recordOf('a2')]
    expect(own.uuid).not.toBe(old.uuid)
    expect(own.mac).toMatch(/^52:54:00:/)
    expect(own.mac).not.toBe(old.mac)
    expect(own).toMatchObject({vram: '64', host: 'h1', id: '/home/admin/vm/a2/a2.ctys'})
    expect(config('a2')).toContain('#@#ARG1 = "base=utc"')
    expect(config('a2')).not.toContain('"a.qcow2"')
    const meta = JSON.parse(readFileSync(at('a2/seed/meta-data'), 'utf8'))
    expect(meta).toMatchObject({'local-hostname': 'a2', 'public-keys': [expect.stringContaining('ann@here')]})
    expect(meta['instance-id'].replaceAll('-', '')).toBe(own.uuid)
    expect(readFileSync(at('a2/seed/vendor-data'), 'utf8')).toMatch(/^#cloud-config\n[\s\S]*machine-id/)
    expect(info('a2')['backing-filename']).toBeUndefined()
    const start = await ctys(lab, ['start', 'a2'])
    expect(start, start.stderr).toMatchObject({code: 0})
    expect(await ctys(lab, ['stop', 'a2', '--force'])).toMatchObject({code: 0})
    expect((await ctys(lab, ['clone', 'a', 'a2'])).stdout).toBe('h1 a2 was there\n')
    expect(await ctys(lab, ['clone', 'b', 'a2'])).toMatchObject({code: 1, stderr: expect.stringContaining('EXISTS')})
  })

  test('that is linked makes a template, which is changed and started no more; without a seed that is said', async () => {
    const clone = await ctys(lab, ['clone', 'b', 'b[2-3]', '--linked'])
    expect(clone, clone.stderr).toMatchObject({code: 0})
    expect(clone.stderr).toContain('inside it has the name, SSH host keys and machine-id of b')
    expect(clone.stderr).toContain('b is a template now')
    expect(info('b3')['backing-filename']).toBe('/home/admin/vm/b/b.qcow2')
    expect((await recordOf('b')).vmState).toBe('TEMPLATE')
    expect(await ctys(lab, ['start', 'b'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('VMSTATE TEMPLATE'),
    })
    for (const words of [
      ['compress', 'b'],
      ['set', 'b', 'VRAM=128'],
      ['remove', 'b', '--yes'],
    ]) {
      expect(await ctys(lab, words)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/IN_USE.*b[23]\.qcow2 stands on/),
      })
    }
    const start = await ctys(lab, ['start', 'b2'])
    expect(start, start.stderr).toMatchObject({code: 0})
    expect(await ctys(lab, ['stop', 'b2', '--force'])).toMatchObject({code: 0})
  })
})

test('settings change in the file and in the inventory, and nothing else of the file', async () => {
  const before = config('d')
  const wrong = await ctys(lab, ['set', 'd', 'VRAM=much', 'VRAN=1'])
  expect(wrong).toMatchObject({code: 2, stderr: expect.stringMatching(/VRAM: 'much'[\s\S]*VRAN is no key.*VRAM\?/)})
  const set = await ctys(lab, ['set', 'd', 'VRAM=96', 'ARG0=-rtc', `ARG1=base="$(touch x)'`, 'DIST=it works'])
  expect(set, set.stderr).toMatchObject({code: 0, stdout: 'h1 d is set\n'})
  expect(config('d')).toBe(
    `${before.replace('#@#VRAM = "64"', '#@#VRAM = "96"')}#@#ARG0 = "-rtc"\n#@#ARG1 = "base="$(touch x)'"\n#@#DIST = "it works"\n`,
  )
  expect(await recordOf('d')).toMatchObject({vram: '96', dist: 'it works'})
  const {stdout} = await lab.host(1, ['sh', '/home/admin/vm/d/d.sh', '--print'])
  expect(stdout).toContain(`-rtc 'base="$(touch x)'\\'''`)
  expect(await ctys(lab, ['set', 'd', 'ARG0=', 'ARG1=', 'DIST='])).toMatchObject({code: 0})
  expect(config('d')).toBe(before.replace('#@#VRAM = "64"', '#@#VRAM = "96"'))
  writeFileSync(at('d/d.ctys'), `${config('d')}VCPU=1\n`)
  expect(await ctys(lab, ['set', 'd', 'VCPU=2'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('sets VCPU for a shell'),
  })
})

test('an image is compressed, compared, and keeps what it stands on; snapshots are not lost', async () => {
  await lab.host(1, ['qemu-io', '-f', 'qcow2', '-c', 'write -P 7 0 32M', `/home/admin/vm/${'d/d.qcow2'}`])
  await lab.host(1, ['qemu-io', '-f', 'qcow2', '-c', 'write -P 9 0 8M', `/home/admin/vm/${'b2/b2.qcow2'}`])
  const before = statSync(at('d/d.qcow2'))
  const compress = await ctys(lab, ['compress', 'd', 'b2'])
  expect(compress, compress.stderr).toMatchObject({code: 0})
  expect(compress.stdout).toMatch(/h1 d \/home\/admin\/vm\/d\/d\.qcow2 takes [\d.]+ MiB, before 32/)
  const after = statSync(at('d/d.qcow2'))
  expect(after.blocks).toBeLessThan(before.blocks / 10)
  expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid])
  expect(info('b2')['backing-filename']).toBe('/home/admin/vm/b/b.qcow2')
  await lab.host(1, ['qemu-io', '-f', 'qcow2', '-c', 'read -P 7 0 32M', `/home/admin/vm/${'d/d.qcow2'}`])
  expect(await ctys(lab, ['snapshot', 'save', 'd', '--name', 's'])).toMatchObject({code: 0})
  expect(await ctys(lab, ['compress', 'd'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('holds snapshots, which would be lost'),
  })
})

describe.sequential('autostart', () => {
  const ran = async (how: string) => (await ctys(lab, ['autostart', how, 'a', 'root@h1'])).stdout

  test('by rc.local: what it says is what starts the machine when the host comes up', async () => {
    expect(await ran('list')).toBe('root@h1 a autostart off (rc.local)\n')
    writeFileSync(lab.hostPath(1, '/etc/rc.local'), '#!/bin/sh\necho mine\nexit 0\n')
    chmodSync(lab.hostPath(1, '/etc/rc.local'), 0o755)
    expect(await ran('on')).toBe('root@h1 a autostart on (rc.local)\n')
    expect(await ran('on')).toBe('root@h1 a autostart on (rc.local)\n')
    expect(readFileSync(lab.hostPath(1, '/etc/rc.local'), 'utf8')).toBe(
      '#!/bin/sh\necho mine\nsh /etc/ctys/autostart.sh\nexit 0\n',
    )
    await lab.host(1, ['sh', '/etc/rc.local'])
    await expect
      .poll(async () => (await ctys(lab, ['list', 'root@h1', '--running'])).stdout, {timeout: 20_000})
      .toMatch(/ a +running/)
    expect(await ctys(lab, ['stop', 'a', 'root@h1', '--force'])).toMatchObject({code: 0})
    expect(await ran('off')).toBe('root@h1 a autostart off (rc.local)\n')
    await lab.host(1, ['sh', '/etc/rc.local'])
  })

  test('by systemd and OpenRC, as stand-ins see it', async () => {
    const bin = lab.hostPath(1, '/usr/local/bin')
    const log = '/tmp/called'
    const standIn = (name: string, body: string) =>
      writeFileSync(`${bin}/${name}`, `#!/bin/sh\nprintf '%s ' ${name} "$@" >>${log}; echo >>${log}\n${body}\n`, {
        mode: 0o755,
      })
    mkdirSync(bin, {recursive: true})
    standIn('rc-update', ':')
    expect(await ran('on')).toBe('root@h1 a autostart on (OpenRC)\n')
    expect(readFileSync(lab.hostPath(1, '/etc/init.d/ctys-machines'), 'utf8')).toContain('sh /etc/ctys/autostart.sh')
    expect(await ran('off')).toBe('root@h1 a autostart off (OpenRC)\n')
    mkdirSync(lab.hostPath(1, '/run/systemd/system'), {recursive: true})
    standIn('systemd-escape', 'shift; printf %s "$1" | sed "s,^/,,; s,-,\\\\\\\\x2d,g; s,/,-,g"')
    standIn(
      'systemctl',
      `case $* in *is-enabled*) [ -e /tmp/enabled ] ;; *" enable "*) : >/tmp/enabled ;; *disable*) rm /tmp/enabled ;; esac`,
    )
    expect(await ran('on')).toBe('root@h1 a autostart on (systemd)\n')
    const unit = readFileSync(lab.hostPath(1, '/etc/systemd/system/ctys@.service'), 'utf8')
    expect(unit).toMatch(/Environment="CTYS_WRAPPER=%f"\nExecStart=\/bin\/sh "\$\{CTYS_WRAPPER\}" --console=NONE\n/)
    expect(unit).toContain('WantedBy=multi-user.target')
    expect(readFileSync(lab.hostPath(1, log), 'utf8')).toContain(
      'systemctl --system enable ctys@home-admin-vm-a-a.sh.service',
    )
    expect(await ran('off')).toBe('root@h1 a autostart off (systemd)\n')
    const own = await ctys(lab, ['autostart', 'on', 'a'])
    expect(own, own.stderr).toMatchObject({code: 0, stdout: 'h1 a autostart on (systemd of the user)\n'})
    expect(existsSync(lab.hostPath(1, '/home/admin/.config/systemd/user/ctys@.service'))).toBe(true)
  })
})
