import {chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {beforeEach, describe, expect, test} from 'vitest'
import type {ScanMemory} from '../../../../src/domain/inventory/scan-memory.js'
import {scanTypes} from '../../../../src/domain/machine/session-types.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import {scanHost} from '../../../../src/drivers/host/scan/enumerate.js'
import {scanHosts} from '../../../fakes/scan-hosts.js'
import {clockAhead, scanPlace} from '../../../fakes/scan-place.js'

// machines of other tools, found by a scan that was told of none of them

const {signal} = new AbortController()
const place = scanPlace()
const fixtures = new URL('../../../fixtures/foreign/others/', import.meta.url).pathname

function plant(name: string, path: string): void {
  mkdirSync(dirname(join(place.dir, path)), {recursive: true})
  copyFileSync(join(fixtures, name), join(place.dir, path))
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(place.dir, path)), {recursive: true})
  writeFileSync(join(place.dir, path), content)
}

/** The head of a qcow2 image of 1 GiB; docs/interop/qcow2.rst. */
function qcow2(backing = ''): Buffer {
  const head = Buffer.alloc(512 + backing.length)
  head.write('QFI\xfb\0\0\0\x03', 0, 'latin1')
  head.writeBigUInt64BE(BigInt(backing === '' ? 0 : 512), 8)
  head.writeUInt32BE(backing.length, 16)
  head.writeBigUInt64BE(1024n ** 3n, 24)
  head.write(backing, 512)
  return head
}

/** The places outside the home directory lie below it here. */
const placesHere = () => ({
  ...clockAhead,
  '/etc/libvirt/qemu': `${place.dir}/etc/libvirt/qemu`,
  '/etc/pve/qemu-server': `${place.dir}/etc/pve/qemu-server`,
  '/var/lib/incus': `${place.dir}/var/lib/incus`,
  '/var/lib/libvirt/images': `${place.dir}/var/lib/libvirt/images`,
})

async function scan(host: HostSession, base: string, memory?: ScanMemory, types = Object.keys(scanTypes)) {
  const {data, memory: next} = await scanHost(host, {
    basePaths: [join(place.dir, base)],
    types,
    signal,
    ...(memory !== undefined && {memory}),
  })
  const found = data.machines
    .filter(({type}) => type !== 'PM')
    .map(({type, label, id}) => `${type} ${label} ${id.replace(place.dir, '')}`)
  return {data, found: found.sort(), memory: next === 'same' ? memory : next, same: next === 'same'}
}

describe.each(scanHosts)('a host full of machines under $name', ({shell, set, stat = true}) => {
  beforeEach(() => set(place.tools))
  const host = () => place.host(shell, placesHere)

  test('is found out, with or without a base of theirs', async () => {
    plant('libvirt-disks.xml', 'etc/libvirt/qemu/Web 01.xml')
    write('etc/libvirt/qemu/networks/default.xml', '<network><name>default</name></network>')
    plant('proxmox-100.conf', 'etc/pve/qemu-server/100.conf')
    plant('lima.yaml', '.lima/build/lima.yaml')
    plant('incus-backup.yaml', 'var/lib/incus/storage-pools/default/virtual-machines/box/backup.yaml')
    write('vm/web01/web01.ctys', '#@#MAGICID-QEMU\n')
    const known = [
      'INCUS build /var/lib/incus/storage-pools/default/virtual-machines/box/backup.yaml',
      'LIBVIRT Web_01 /etc/libvirt/qemu/Web 01.xml',
      'LIMA build /.lima/build/lima.yaml',
      'PROXMOX shop /etc/pve/qemu-server/100.conf',
      'QEMU web01 /vm/web01/web01.ctys',
    ]
    const first = await scan(host(), 'vm')
    expect(first.found).toEqual(known)
    expect(first.data.searched).toEqual([`${place.dir}/vm`])
    expect(first.data.places).toEqual(expect.arrayContaining([`${place.dir}/etc/libvirt/qemu`, `${place.dir}/.lima`]))
    expect([first.data.unsearched, first.data.rejects]).toEqual([[], []])
    if (!stat) return
    const second = await scan(host(), 'vm', first.memory)
    expect([second.found, second.same]).toEqual([known, true])
  })

  test('has scripts and images where no configuration is', async () => {
    plant('quickemu-ubuntu.conf', 'quick/ubuntu.conf')
    write('quick/ubuntu-24.04/disk.qcow2', qcow2())
    write(
      'quick/ubuntu-24.04/ubuntu.sh',
      '#!/bin/sh\nqemu-system-x86_64 -name ubuntu -hda "$(dirname "$0")/disk.qcow2"\n',
    )
    plant('start-mail.sh', 'mail/start-mail.sh')
    write('mail/mail.qcow2', qcow2())
    write('mail/notes.sh', '#!/bin/sh\necho qemu-system-x86_64\n')
    write('tools/nothing/start.sh', 'qemu-system-x86_64 -hda x.img\n')
    write('run/a.img', Buffer.alloc(1024))
    write('run/boot', `#!/bin/sh\nexec qemu-system-arm -M virt -hda "${'$'}{0%/*}/a.img"\n`)
    chmodSync(join(place.dir, 'run/boot'), 0o755)
    write('bare/win 10.qcow2', qcow2())
    write('bare/base.qcow2', qcow2())
    write('bare/clone.qcow2', qcow2('base.qcow2'))
    write('bare/broken.qcow2', 'no image')
    write('bare/initrd.img', Buffer.from('\x1f\x8b\x08 packed'.padEnd(2048), 'latin1'))
    write('web01/web01.ctys', '#@#MAGICID-QEMU\n')
    write('web01/web01.sh', '#!/bin/sh\nqemu-system-x86_64 -hda web01.img\n')
    write('web01/web01.img', Buffer.alloc(1024))
    const first = await scan(host(), '')
    expect(first.found).toEqual(
      [
        ...(stat ? ['IMAGE clone /bare/clone.qcow2', 'IMAGE win_10 /bare/win 10.qcow2'] : []),
        'QEMU web01 /web01/web01.ctys',
        'QUICKEMU ubuntu /quick/ubuntu.conf',
        ...(stat ? ['SCRIPT mail /mail/start-mail.sh', 'SCRIPT run /run/boot'] : []),
      ].sort(),
    )
    if (!stat) return
    const quick = first.data.machines.find(({type}) => type === 'QUICKEMU')
    expect(quick?.disks).toEqual([expect.stringMatching(/^local\//)])
    const second = await scan(host(), '', first.memory)
    expect([second.found, second.same]).toEqual([first.found, true])
    rmSync(join(place.dir, 'bare/clone.qcow2'))
    const third = await scan(host(), '', second.memory)
    expect(third.found).toContain('IMAGE base /bare/base.qcow2')
    expect(third.found).not.toContain('IMAGE clone /bare/clone.qcow2')
  })
})

test('types that were not asked for cost nothing and are not named', async () => {
  plant('lima.yaml', '.lima/build/lima.yaml')
  write('x.qcow2', qcow2())
  const {found, data} = await scan(place.host(['sh'], placesHere), '', undefined, ['QEMU', 'PM'])
  expect([found, data.places, data.otherTypes]).toEqual([[], undefined, undefined])
})

test('of a cluster of Proxmox each node has its own guests, once', async () => {
  plant('proxmox-100.conf', 'etc/pve/qemu-server/100.conf')
  plant('proxmox-100.conf', 'etc/pve/nodes/pve1/qemu-server/100.conf')
  write('etc/pve/nodes/pve2/qemu-server/200.conf', 'name: elsewhere\n')
  const {found} = await scan(place.host(['sh'], placesHere), 'etc/pve')
  expect(found).toEqual(['PROXMOX shop /etc/pve/qemu-server/100.conf'])
})
