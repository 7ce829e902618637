import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import type {EnumeratedMachine} from '../../../../../src/domain/work/answers.js'
import {readConfigFile} from '../../../../../src/drivers/config/config-file.js'
import {readDomain} from '../../../../../src/drivers/libvirt/reader.js'
import {readGuest} from '../../../../../src/drivers/proxmox/reader.js'
import {adoptionsOf} from '../../../../../src/drivers/qemu/adopt/adoptions.js'
import {argvOf} from '../../../../../src/drivers/qemu/adopt/argv-of.js'
import {keptWords} from '../../../../../src/drivers/qemu/adopt/words.js'
import {parseCommandLine} from '../../../../../src/drivers/qemu/process/command-line.js'
import type {QemuProcess} from '../../../../../src/drivers/qemu/process/processes.js'

const fixture = (name: string) => readFileSync(`test/fixtures/foreign/others/${name}`)
const target = {host: 'h1'}

describe('of the words of a call', () => {
  test.each<[string, string, string, boolean]>([
    [
      'name, monitor and screen are ctys own',
      '-name a,process=b -uuid x -monitor stdio -vnc :5 -display gtk -m 96',
      '-m 96',
      true,
    ],
    ['the first serial line is', '-nographic -serial mon:stdio -serial file:b.log', '-serial file:b.log', true],
    [
      'the channel of its monitor goes with it',
      '-chardev socket,id=m,path=/m -mon chardev=m,mode=control -m 1',
      '-m 1',
      true,
    ],
    [
      'a channel that something else has stays',
      '-chardev pty,id=c -device isa-serial,chardev=c',
      '-chardev pty,id=c -device isa-serial,chardev=c',
      true,
    ],
    ['how the process lives goes', '-daemonize -pidfile /p -S -incoming tcp:0:1 -loadvm x -m 1', '-m 1', true],
    ['nothing is made up where there was none', '-nodefaults -m 1', '-nodefaults -m 1', false],
    ['a serial line that was switched off stays off', '-serial none -m 1', '-m 1', false],
    [
      'disks, cards and firmware stay as they are',
      '-drive if=pflash,file=/c.fd -hda a.img -net nic -net user b.img',
      '-drive if=pflash,file=/c.fd -hda a.img -net nic -net user b.img',
      true,
    ],
  ])('%s: %s', (_, words, kept, serial) => {
    const read = keptWords(['qemu-system-x86_64', ...words.split(' ')])
    expect([read.words.join(' '), read.serial, read.refusals]).toEqual([kept, serial, []])
  })
  test.each([
    ['-netdev tap,fd=33,id=n', 'descriptors'],
    ['-netdev {"type":"tap","fd":"33"}', 'descriptors'],
    ['-add-fd fd=3,set=1', 'descriptors'],
    ['-drive file=/dev/fdset/1', 'descriptors'],
    ['-object secret,id=m,file=/var/lib/libvirt/qemu/domain-1-a/master-key.aes', 'libvirt makes'],
    ['-append a\nb', 'line end'],
    ['-drive file=\u{fffd}', 'UTF-8'],
  ])('nobody can give again %s', (words, reason) => {
    expect(keptWords(['qemu', ...words.split(' ')]).refusals).toEqual([expect.stringContaining(reason)])
  })
})

test('a domain of libvirt becomes a call with its machine, firmware, disks and cards', () => {
  const domain = readDomain(fixture('libvirt-disks.xml'))
  if (domain === undefined) throw new Error('no domain')
  const {words, refusals} = argvOf(domain, 'libvirt')
  expect(words.join(' ')).toBe(
    '-nodefaults -machine pc-q35-7.2,accel=kvm:tcg -cpu max -m 2048 -smp 4 ' +
      '-drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd ' +
      '-drive if=pflash,format=raw,unit=1,file=/var/lib/libvirt/qemu/nvram/Web 01_VARS.fd -vga std ' +
      '-drive file=/var/lib/libvirt/images/web01.qcow2,format=qcow2,if=virtio ' +
      '-device virtio-scsi-pci,id=scsi1 -device scsi-hd,bus=scsi1.0,drive=disk1 ' +
      '-drive file=/dev/vg0/web01-data,format=raw,if=none,id=disk1 -drive file=default:web01-logs,if=virtio ' +
      '-netdev bridge,id=net0,br=br0 -device virtio-net-pci,netdev=net0,mac=52:54:00:6d:90:01 ' +
      '-netdev user,id=net1 -device e1000,netdev=net1,mac=52:54:00:6d:90:02',
  )
  expect(refusals).toEqual([
    'its disk default:web01-logs is a volume of libvirt and no file',
    'its network default is one of libvirt',
  ])
})

test('what a guest of Proxmox has that no call of ctys can have is said', () => {
  const {refusals} = argvOf(readGuest(fixture('proxmox-100.conf'), '/etc/pve/qemu-server/100.conf'), 'Proxmox VE')
  expect(refusals).toEqual([
    'the firmware of Proxmox (local-lvm:vm-100-disk-1) cannot be taken over',
    'its disk local-lvm:vm-100-disk-0 is a volume of Proxmox VE and no file',
  ])
})

function process(words: string, more: Partial<QemuProcess> = {}): QemuProcess {
  const argv = ['qemu-system-x86_64', ...words.split(' ')]
  const commandLine = parseCommandLine(argv)
  const at = (path: string) => (path.startsWith('/') ? path : `/vm/${path}`)
  return {
    ...{pid: 7, startTime: '1', exePath: '/usr/bin/qemu-system-x86_64', argv, commandLine, uid: '0', gid: '0'},
    ...{
      user: 'root',
      group: 'root',
      cwd: '/vm',
      label: commandLine.name,
      uuid: commandLine.uuid,
      macs: commandLine.macs,
    },
    ...{vncDisplay: '', vncHost: '', monitorSockets: [], imagePath: commandLine.image && at(commandLine.image)},
    ...{disks: commandLine.disks.map(at), accelerator: 'QEMU', arch: 'x86_64', isolated: false, filesShown: true},
    ...{cgroup: '', unread: false, proof: 'user'},
    ...more,
  }
}

const image = (id: string, more: Partial<EnumeratedMachine> = {}): EnumeratedMachine => ({
  ...{type: 'IMAGE', label: 'x', id, uuid: '', images: [id], format: 'qcow2', interfaces: [{}]},
  ...more,
})
const found = (
  processes: readonly QemuProcess[],
  stored: readonly EnumeratedMachine[] = [],
  files: readonly string[] = [],
) => {
  const contents = new Map(files.map((path) => [path, fixture(path.replace(/^.*\//, ''))]))
  return adoptionsOf({processes, stored, contents, target})
}

describe('each machine is told once', () => {
  test('a process with the script and the image it was started from', () => {
    const path = '/vm/mail/start-mail.sh'
    const script = readConfigFile(fixture('start-mail.sh'), path)?.machine
    if (script === undefined) throw new Error('no script')
    const machines = found(
      [process('-name mail -drive file=/vm/mail/mail.qcow2')],
      [script, image('/vm/mail/mail.qcow2')],
      [path],
    )
    expect(machines).toMatchObject([
      {label: 'mail', foundAs: 'PROCESS', path, pid: 7, directory: '/vm/mail', refusals: []},
    ])
  })
  test('a process of libvirt with its domain, whose words its owner has', () => {
    const path = '/etc/libvirt/qemu/libvirt-disks.xml'
    const domain = readConfigFile(fixture('libvirt-disks.xml'), path)?.machine
    if (domain === undefined) throw new Error('no domain')
    const machines = found([process('-name a -uuid c7a5fdbd-edaf-9455-926a-d65c16db1809 -m 1')], [domain], [path])
    expect(machines).toMatchObject([{foundAs: 'LIBVIRT', owner: 'libvirt', pid: 7, path}])
  })
  test('an image that a machine of ctys has is none', () => {
    const config = {path: '/vm/web/web.ctys', machine: image('/vm/web/web.ctys', {type: 'QEMU'})}
    expect(found([process('-hda /vm/web.img', {config})], [image('/vm/web.img')])).toEqual([])
  })
})

test('a linked clone of an image that a process writes to is refused', () => {
  const machines = found(
    [process('-name base -hda /vm/base.qcow2')],
    [image('/vm/clone.qcow2', {backing: '/vm/base.qcow2'})],
  )
  expect(machines.map(({label, refusals}) => [label, refusals])).toEqual([
    ['base', []],
    ['clone', ['it is a linked clone of /vm/base.qcow2, which process 7 (base) writes to']],
  ])
})

test('where a process has left its directory, nobody guesses what its relative paths are', () => {
  const machines = found([process('-name a -daemonize -hda a.img', {cwd: '/'})], [image('/srv/a.img')])
  expect(machines.map(({refusals}) => refusals.join())).toEqual([
    expect.stringContaining('-daemonize'),
    expect.stringContaining('process 7 (a) has an image of this name'),
  ])
})

test('names are those of labels, of directories where files have none, and none is given twice', () => {
  const machines = found(
    [process('-name web-2 -hda /a/x.img')],
    [
      image('/vm/mail/disk.qcow2'),
      image('/vm/win 10.qcow2'),
      image('/b/web-2.qcow2'),
      image('/c/web.img', {type: 'QEMU', label: 'Mail'}),
    ],
  )
  expect(machines.map(({label, refusals}) => `${label}: ${refusals.join()}`)).toEqual([
    'web-2: ',
    'mail: another machine of this host is called mail',
    'win_10: ',
    'web-2: another machine of this host is called web-2',
  ])
})

test('a machine in a container stays where it is', () => {
  expect(found([process('-name a -hda /a.img', {isolated: true})])).toMatchObject([{owner: 'a container'}])
})
