import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {recordFields} from '../../src/domain/inventory/inventory-record.js'
import {type Lab, startLab} from '../lab/lab.js'
import {runCommand} from '../lab/run-command.js'
import {ctys, ctysFile, ctysJson} from './run-ctys.js'

let lab: Lab

beforeAll(async () => {
  lab = await startLab({hosts: 2})
  for (let i = 0; i < 20; i++) write(1, `/vm/vm${i}/vm${i}.ctys`, config(`vm${i}`))
  write(1, '/vm/xen/nbsd', 'name = "nbsd"\nmemory = 64\nkernel = "/netbsd"\nvif = [ "mac=00:16:3e:01:02:03" ]\n')
  write(1, '/vm/mail-qemud.rc', '')
  write(1, '/etc/ctys.d/pm.conf', '#@#MAGICID-PM\n#@#SERNO = "rack7"\n')
  write(2, '/vm/only/only.ctys', config('only'))
})

afterAll(() => lab?.down())

function write(host: number, path: string, text: string): void {
  const file = lab.hostPath(host, path)
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, text)
}

const config = (label: string) =>
  `#@#MAGICID-QEMU\n#@#LABEL = "${label}"\n#@#IP0 = "10.9.0.1"\n#@#MAC0 = "00:50:56:00:00:01"\n`
const inventory = () => readFileSync(join(lab.ctlHome, '.ctys/db/default/enum.fdb'), 'utf8')
const scan = (...words: string[]) => ctys(lab, ['scan', 'h1', 'h2', '--base', '/vm', ...words])
const settled = () => new Promise((resolve) => setTimeout(resolve, 3500))

describe.sequential('a scan of real hosts', () => {
  test('records machines of every kind and each host itself', async () => {
    const first = await scan()
    expect(first, first.stderr).toMatchObject({code: 0})
    expect(first.stdout).toMatch(/^h1 +22 +22 +0 +0 +0 +0$/m)
    const lines = inventory().trim().split('\n')
    expect(lines).toHaveLength(25)
    expect(lines.filter((line) => line.split(';')[1] === 'PM')).toEqual([
      expect.stringMatching(/^h1;PM;h1;\/etc\/ctys\.d\/pm\.conf;;[0-9A-F:]{17};10\.77\.0\.1;.*;rack7;PM;/),
      expect.stringMatching(/^h2;PM;h2;;;[0-9A-F:]{17};10\.77\.0\.2;/),
    ])
    expect(lines.filter((line) => /;(XEN|QEMU-INIT);/.test(line))).toHaveLength(2)
  })

  test('finds nothing to change the second time, without reading a file again', async () => {
    await settled()
    await scan()
    const before = inventory()
    const {outcomes} = await ctysJson(lab, ['scan', 'h1', 'h2', '--base', '/vm'])
    expect(outcomes).toMatchObject([{data: {files: 22, unchanged: 22}}, {data: {files: 1, unchanged: 1}}])
    const withoutTime = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'T')
    expect(withoutTime(inventory())).toBe(withoutTime(before))
  })

  test('shows what would change, and writes it when asked to', async () => {
    write(1, '/vm/vm0/vm0.ctys', config('vm0').replace('10.9.0.1', '10.9.0.2'))
    write(2, '/vm/new/new.ctys', config('new01'))
    rmSync(lab.hostPath(1, '/vm/vm1'), {recursive: true})
    await lab.host(1, ['mv', '/vm/vm2', '/vm/moved'])
    const before = inventory()
    const preview = await scan('--dry-run')
    expect(preview.code, preview.stderr).toBe(0)
    expect(preview.stdout.trim().split('\n').sort()).toEqual([
      '    tcp: 10.9.0.1 -> 10.9.0.2',
      'added: h2 new01 /vm/new/new.ctys',
      'changed: h1 vm0 /vm/vm0/vm0.ctys',
      'gone: h1 vm1 /vm/vm1/vm1.ctys',
      'moved: h1 vm2 /vm/moved/vm2.ctys (was /vm/vm2/vm2.ctys)',
    ])
    expect(inventory()).toBe(before)
    expect((await scan()).stdout).toMatch(/^h1 +21 +0 +1 +1 +1 +0$/m)
  })

  test('asks no host again that answered lately', async () => {
    const again = await scan('--since', '10m')
    expect([again.code, again.stdout.trim().split('\n').length]).toEqual([0, 1])
    expect(again.stderr).toMatch(/h1: not asked again.*h2: not asked again/s)
  })

  test('refuses to act on machines that are listed only', async () => {
    for (const words of [
      ['start', 'nbsd'],
      ['stop', 'nbsd', 'h1'],
      ['-t', 'xen', '-a', 'create=l:nbsd', 'h1'],
    ]) {
      const result = await ctys(lab, words)
      expect(result.stderr, words.join(' ')).toContain('UNSUPPORTED')
      expect(result.code).toBe(2)
    }
    expect((await ctys(lab, ['find', 'nbsd'])).stdout).toMatch(/nbsd +h1 +XEN/)
  })

  test('keeps what it knows of a host that does not answer', async () => {
    await lab.cutCable(2)
    const half = await scan()
    await lab.joinCable(2)
    expect(half.code).toBe(4)
    expect(half.stderr).toMatch(/2 machines kept in the inventory as last seen \d+[sm] ago/)
    expect(inventory()).toMatch(/^h2;QEMU;only;/m)
  })

  test('names a base that is not there, a type that is off and a filter that hides everything', async () => {
    const base = await scan('--base', '/nope')
    expect([base.code, base.stderr]).toEqual([4, expect.stringContaining('h1:/nope: not searched: it does not exist')])
    const type = await ctys(lab, ['scan', 'h2', '--base', '/vm', '-t', 'XEN'])
    expect([type.code, type.stderr]).toEqual([3, expect.stringContaining('type not asked for (-t): 2 QEMU')])
    const state = await ctys(lab, ['scan', 'h2', '--base', '/vm', '--match-state', 'BACKUP'])
    expect([state.code, state.stderr]).toEqual([3, expect.stringContaining('2 ACTIVE')])
    expect(inventory()).toMatch(/^h2;QEMU;only;/m)
  })
})

describe.sequential('ctys-vdbgen', () => {
  const bastion = join(dirname(ctysFile), 'ctys-vdbgen.cjs')
  const vdbgen = (...words: string[]) =>
    lab.ctl([process.execPath, bastion, ...words], {timeoutMs: 120_000, env: {NODE_EXTRA_CA_CERTS: undefined}})

  test('writes a new inventory, and changes one only when told how', async () => {
    const db = join(lab.ctlHome, 'olddb')
    const words = [
      `--cacheDB=${db}`,
      '--base=/vm%/nope',
      '--threads=2',
      '--filecontext',
      '--splitted',
      '--',
      'h1',
      'h2',
    ]
    const first = await vdbgen('--scan-all-states', ...words)
    expect(first.code, first.stderr).toBe(4)
    expect(first.stderr).toContain('/nope: not searched')
    const second = await vdbgen(...words)
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('--replace')])
    const before = readFileSync(join(db, 'enum.fdb'), 'utf8')
    expect((await vdbgen('--append', ...words)).code).toBe(4)
    expect((await vdbgen('--replace', ...words)).code).toBe(4)
    expect(readFileSync(join(db, 'enum.fdb'), 'utf8').split('\n')).toHaveLength(before.split('\n').length)
  })

  test('prints records and progress', async () => {
    const printed = await vdbgen('--stdio', '--progress', '--base=/vm', '-T', 'qemu', '--', 'h2')
    expect(printed.code, printed.stderr).toBe(0)
    expect(
      printed.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(';').length),
    ).toEqual([47, 47])
    expect(printed.stderr).toMatch(/h2: running.*h2: done: ok/s)
  })

  test('tells the version', async () => {
    expect((await runCommand([process.execPath, bastion, '-V'])).stdout).toMatch(/^ctys \d/)
  })
})

describe.sequential('what lies on shared storage', () => {
  const db = () => join(lab.ctlHome, 'shareddb')
  const inspect = async (...words: string[]) => {
    const result = await ctys(lab, ['scan', '-p', db(), 'h1', 'h2', ...words])
    expect(result.code, result.stderr).toBe(0)
    return result
  }
  /** By host and label. */
  const disks = () =>
    Object.fromEntries(
      readFileSync(join(db(), 'enum.fdb'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(';'))
        .map((fields) => [`${fields[0]} ${fields[2]}`, fields[recordFields.indexOf('disks')] ?? '']),
    )

  test('has one name on every host and by every path, and nothing else has it', async () => {
    for (const label of ['twin', 'hard', 'soft', 'apart'])
      write(1, `/shared/disks/${label}/${label}.ctys`, config(label))
    write(1, '/shared/disks/twin/twin.img', 'x')
    write(1, '/shared/disks/apart/apart.img', 'x')
    const link = 'cd /shared/disks; ln twin/twin.img hard/hard.qcow2; ln -s ../twin/twin.img soft/soft.vmdk'
    await lab.host(1, ['sh', '-c', link])
    for (const host of [1, 2]) {
      write(host, '/vm/disks/own/own.ctys', config('own'))
      write(host, '/vm/disks/own/own.img', 'x')
      await lab.host(host, ['sh', '-c', 'mkdir /vm/elsewhere; mount --bind /shared/disks /vm/elsewhere'])
    }
    await inspect('--base', '/shared/disks', '--base', '/vm/disks')
    const seen = disks()
    const twin = seen['h1 twin'] ?? ''
    expect(twin).toMatch(/^local\/[0-9a-f-]{36}\/\d+:\d+$/)
    for (const name of ['h2 twin', 'h1 hard', 'h2 hard', 'h1 soft', 'h2 soft']) expect(seen[name], name).toBe(twin)
    const others = [seen['h1 apart'], seen['h1 own'], seen['h2 own']]
    expect(seen['h2 apart']).toBe(seen['h1 apart'])
    expect(new Set([twin, '', undefined, ...others]).size).toBe(6)
    await inspect('--base', '/vm/elsewhere')
    expect(disks()).toEqual(seen)
  })

  test('is the same while the guest writes', async () => {
    await settled()
    await inspect('--base', '/shared/disks')
    write(1, '/shared/disks/twin/twin.img', 'more')
    const {outcomes} = await ctysJson(lab, ['scan', '-p', db(), 'h1', 'h2', '--base', '/shared/disks'])
    expect(outcomes).toMatchObject([{data: {unchanged: 4}}, {data: {unchanged: 4}}])
  })

  test('stays in the inventory when it was recorded through a link that a later scan does not follow', async () => {
    for (const host of [1, 2]) await lab.host(host, ['ln', '-s', '/shared/disks', '/vm/disks/link'])
    const paths = () => readFileSync(join(db(), 'enum.fdb'), 'utf8').match(/\/vm\/disks\/link\/\w+/g) ?? []
    await inspect('--base', '/vm/disks/link')
    expect(paths()).toHaveLength(8)
    rmSync(lab.hostPath(1, '/shared/disks/soft'), {recursive: true})
    await inspect('--base', '/vm')
    expect(paths()).toHaveLength(8)
    await inspect('--base', '/vm', '--base', '/vm/disks/link')
    expect(paths()).toHaveLength(6)
  })
})
