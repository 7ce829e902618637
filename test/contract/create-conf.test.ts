/** The calls of the manual of ctys-createConfVM word for word, through its classic name. */
import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {runBuilt} from './run-built.js'

let home = ''
let here = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ctys-conf-'))
  here = join(home, 'vm')
  mkdirSync(here)
})
afterEach(() => rmSync(home, {recursive: true}))

const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runBuilt(home, ['ctys-createConfVM', ...words], {env, cwd: here})
const keysOf = (label: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...readFileSync(join(here, `${label}.ctys`), 'utf8').matchAll(/^#@#(\S+) = "(.*)"$/gm)].map(
      ([, key = '', value = '']) => [key, value],
    ),
  )

describe('a call of the manual', () => {
  test('CentOS-5 (10.2)', async () => {
    const env = {ACCELERATOR: 'KVM', DIST: 'CentOS', RELEASE: '5.4', OS: 'Linux', OSVERSION: '2.6.18'}
    const made = await run(['-t', 'QEMU', '--label=tst488', '--no-create-image', '--auto-all'], env)
    expect(made, made.stderr).toMatchObject({code: 0})
    expect(readdirSync(here).sort()).toEqual(['tst488.ctys', 'tst488.sh'])
    expect(keysOf('tst488')).toMatchObject({
      ...{
        LABEL: 'tst488',
        ACCELERATOR: 'KVM',
        DIST: 'CentOS',
        DISTREL: '5.4',
        OS: 'Linux',
        OSREL: '2.6.18',
        VRAM: '512',
      },
      ...{
        DEFAULTBOOTMODE: 'HDD',
        DEFAULTINSTMODE: 'CD',
        INSTSRCCDROM: '/dev/cdrom',
        VMSTATE: 'ACTIVE',
        KBD_LAYOUT: 'de',
      },
      ...{
        DEFAULTHOSTS: 'VNC',
        DEFAULTCONSOLE: 'VNC',
        HDDBOOTIMAGE: 'tst488.img',
        MAC0: expect.stringMatching(/^52:54:00:/),
      },
    })
    execFileSync('sh', ['-n', join(here, 'tst488.sh')])
  })

  test('a guest other than the host (9.2.2), with its image', async () => {
    const env = {
      OS: 'Linux',
      OSREL: '2.6.26-1-amd64',
      DIST: 'debian',
      DISTREL: '5.0.0',
      MAC: '00:50:56:16:11:0b',
      ACCELERATOR: 'KVM',
    }
    const made = await run(['-t', 'QEMU', '--label=inst010', '--auto-all'], env)
    expect(made, made.stderr).toMatchObject({code: 0})
    expect(keysOf('inst010')).toMatchObject({MAC0: '00:50:56:16:11:0b', OSREL: '2.6.26-1-amd64'})
    const info = JSON.parse(execFileSync('qemu-img', ['info', '--output=json', join(here, 'inst010.img')]).toString())
    expect(info).toMatchObject({format: 'qcow2', 'virtual-size': 8 * 2 ** 30})
    const found = await runBuilt(home, ['ctys', 'find', 'inst010'], {})
    expect(found.stdout).toContain('inst010')
  })

  test('QNX (10.16), with one dash', async () => {
    const env = {
      INSTCDROM: '/mntn/qnx.iso',
      MAC: '00:50:56:13:13:18',
      IP: '172.20.6.23',
      DIST: 'QNX-SDP',
      DISTREL: '6.4.0',
      OS: 'QNX',
      OSREL: '6.2.3',
    }
    const made = await run(['-t', 'qemu', '-label=tst323', '--auto-all'], env)
    expect(made, made.stderr).toMatchObject({code: 0})
    expect(keysOf('tst323')).toMatchObject({INSTSRCCDROM: '/mntn/qnx.iso', IP0: '172.20.6.23', OS: 'QNX'})
  })

  test('QEMU-arm-test and coldfire (10.17, 10.18), beside the files that are there', async () => {
    const arm = {
      ...{ACCELERATOR: 'QEMU', STARTERCALL: '/opt/qemu/bin/qemu-system-arm', ARCH: 'arm926', NETMASK: '255.255.0.0'},
      ...{
        MAC: '00:50:56:13:13:19',
        IP: '172.20.6.24',
        DIST: 'QEMU-arm-test',
        DISTREL: '0.9.1-0.2',
        OS: 'ucLinux',
        OSREL: '2.x',
      },
      ...{MEMSIZE: '128', HDDBOOTIMAGE_INST_SIZE: '2G', HDDBOOTIMAGE_INST_BLOCKCOUNT: '8', CPU: 'arm926'},
      ...{INST_KERNEL: 'zImage.integrator', INST_INITRD: 'arm_root.img'},
    }
    writeFileSync(join(here, 'zImage.integrator'), 'k')
    const made = await run(['-t', 'QEMU', '--label=tst324', '--auto-all'], arm)
    expect(made, made.stderr).toMatchObject({code: 0})
    expect(keysOf('tst324')).toMatchObject({
      KERNELIMAGE: 'zImage.integrator',
      INITRDIMAGE: 'arm_root.img',
      ARCH: 'arm926',
      VRAM: '128',
      NETMASK: '255.255.0.0',
    })
    expect(readFileSync(join(here, 'zImage.integrator'), 'utf8')).toBe('k')
    const cold = {
      ACCELERATOR: 'QEMU',
      STARTERCALL: '/opt/qemu/bin/qemu-system-m68k',
      ARCH: 'ColdFire',
      MEMSIZE: '128',
      INST_KERNEL: 'vmlinux-2.6.21-uc0',
      NIC: ';',
    }
    expect(await run(['-t', 'QEMU', '--label=tst325', '--auto-all'], cold)).toMatchObject({code: 0})
    expect(keysOf('tst325')).toMatchObject({NIC: ';', STARTERCALL: '/opt/qemu/bin/qemu-system-m68k'})
  })
})

test('--levo shows every variable with its value and where it comes from, and writes nothing', async () => {
  mkdirSync(join(home, '.ctys'))
  writeFileSync(join(home, '.ctys/defaults-QEMU.ctys'), '# mine\nMEMSIZE=2048\n#@#KBD_LAYOUT = "us"\n')
  const {code, stdout} = await run(['--levo', '--json'], {RELEASE: '5.4'})
  const {variables} = JSON.parse(stdout) as {variables: {name: string; value: string; from: string}[]}
  const of = (name: string) => variables.find((one) => one.name === name)
  expect(code).toBe(0)
  expect(of('MEMSIZE')).toMatchObject({value: '2048', from: join(home, '.ctys/defaults-QEMU.ctys')})
  expect(of('KBD_LAYOUT')).toMatchObject({value: 'us'})
  expect(of('DISTREL')).toMatchObject({value: '5.4', from: 'environment (RELEASE)'})
  expect(of('HDDBOOTIMAGE_INST_SIZE')).toMatchObject({value: '8G', from: 'default'})
  expect(of('LABEL')?.value).toMatch(/^vm\d{14}$/)
  expect(readdirSync(here)).toEqual([])
  const plain = await run(['--list-env-var-options', '--no-load-defaults-file'])
  expect(plain.stdout).toMatch(/^MEMSIZE +512 +default/m)
})

test('what is there is backed up and replaced, the image kept; without --auto it is refused', async () => {
  expect(await run(['--label=a', '--auto-all'], {HDDBOOTIMAGE_INST_SIZE: '64M'})).toMatchObject({code: 0})
  const before = readFileSync(join(here, 'a.ctys'), 'utf8')
  writeFileSync(join(here, 'a.img'), 'mine')
  const again = await run(['--label=a', '--auto-all'], {MEMSIZE: '1024'})
  expect(again, again.stderr).toMatchObject({code: 0})
  expect(again.stdout).toMatch(
    /a\.img was there and is kept[\s\S]*a\.ctys replaced; the old one is .*a\.ctys\.\d{14}\.bak/,
  )
  const [backup = ''] = readdirSync(here).filter((name) => name.endsWith('.bak'))
  expect(readFileSync(join(here, backup), 'utf8')).toBe(before)
  expect(readFileSync(join(here, 'a.img'), 'utf8')).toBe('mine')
  expect(keysOf('a')).toMatchObject({VRAM: '1024'})
  const asked = await run(['--label=a'])
  expect(asked).toMatchObject({code: 2, stderr: expect.stringContaining('nobody can be asked')})
})

test('every fault at once, and nothing is written', async () => {
  const wrong = await run(['-t', 'XEN', '--labl=x', '--auto-all'])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toMatch(/machines of type XEN are not made yet/)
  expect(wrong.stderr).toMatch(/unknown option --labl=x \(--label\?\)/)
  const values = await run(['--label=a b', '--auto-all'], {MEMSIZE: 'much', MAC: 'x', DIST: 'a"b'})
  expect(values.code).toBe(2)
  for (const part of ["LABEL: 'a b'", "VRAM: 'much'", "MAC0: 'x'", 'DIST: ']) expect(values.stderr).toContain(part)
  expect(readdirSync(here)).toEqual([])
  const where = await run(['--label=a', '--auto-all', '-D', join(home, 'none')])
  expect(where).toMatchObject({code: 1, stderr: expect.stringContaining('BASE_MISSING')})
  expect(await run(['--label=a', '--auto-all', '--no-create-image', '-C', '-D', join(home, 'none')])).toMatchObject({
    code: 0,
  })
  expect(readdirSync(join(home, 'none')).sort()).toEqual(['a.ctys', 'a.sh'])
})

test('defaults are written once, with force again', async () => {
  const file = join(home, 'mine')
  expect(await run([`--defaults-file=${file}`, '--defaults-file-create'])).toMatchObject({code: 2})
  writeFileSync(file, '')
  expect(await run([`--defaults-file=${file}`, '--defaults-file-create-with-force'], {MEMSIZE: '4096'})).toMatchObject({
    code: 0,
  })
  expect(readFileSync(file, 'utf8')).toContain('MEMSIZE=4096\n')
  expect(existsSync(`${file}.bak`)).toBe(true)
  expect(await run(['--label=a', '--auto-all', '--no-create-image', `--defaults-file=${file}`])).toMatchObject({
    code: 0,
  })
  expect(keysOf('a')).toMatchObject({VRAM: '4096'})
})
