/** The machines of a real libvirt on a lab host, as typed, through the built program: left alone, stopped through it, adopted. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Lab, startLab} from '../lab/lab.js'
import {startLibvirt} from '../lab/libvirt.js'
import {ctys, guestsOf} from './run-ctys.js'

let lab: Lab

const domain = `<domain type='qemu'>
  <name>db01</name>
  <uuid>11111111-2222-3333-4444-555555555501</uuid>
  <memory unit='MiB'>96</memory><vcpu>2</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>/usr/lib/ctys-lab/vmlinuz</kernel><initrd>/usr/lib/ctys-lab/initrd.gz</initrd>
    <cmdline>console=ttyS0 quiet label=db01</cmdline>
  </os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/vm/lv/db.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/vm/lv/data, 2.img'/><target dev='sda' bus='scsi'/></disk>
    <controller type='scsi' model='virtio-scsi'/>
    <interface type='user'><mac address='52:54:00:aa:bb:01'/><model type='virtio'/></interface>
    <serial type='pty'><log file='/vm/lv/db.log'/></serial>
    <graphics type='vnc' autoport='yes' listen='127.0.0.1'/>
  </devices>
</domain>`

async function on(...argv: readonly string[]): Promise<string> {
  const {code, stdout, stderr} = await lab.host(1, argv)
  expect(code, `${argv.join(' ')}: ${stderr}`).toBe(0)
  return stdout
}

const virsh = (...words: readonly string[]) => on('virsh', '-c', 'qemu:///system', ...words)

async function startDomain(): Promise<void> {
  await on('rm', '-f', '/vm/lv/db.log')
  await virsh('start', 'db01')
  // it hears its power button from then on
  await on('timeout', '90', 'sh', '-c', 'until grep -q "ready" /vm/lv/db.log; do sleep 0.3; done')
}

/** Disks with their formats, devices and addresses, as QEMU itself tells them. */
function hardware(blocks: string, tree: string): readonly string[] {
  const files = [...blocks.matchAll(/^\S+(?: \(#\S+\))?: (\/.* \((?:qcow2|raw)\))/gm)].map(([, file = '']) => file)
  const devices = [...tree.matchAll(/dev: ((?:virtio-(?:blk|scsi|net)-pci|scsi-hd|ide-hd|e1000e?))\b/g)]
  const macs = [...tree.matchAll(/mac = "([^"]*)"/g)]
  return [...files, ...[...devices, ...macs].map(([, word = '']) => word)].sort()
}

beforeAll(async () => {
  lab = await startLab({hosts: 1})
  await startLibvirt(lab, 1)
  await on('mkdir', '/vm/lv')
  await on('qemu-img', 'create', '-q', '-f', 'qcow2', '/vm/lv/db.qcow2', '8M')
  await on('qemu-img', 'create', '-q', '-f', 'raw', '/vm/lv/data, 2.img', '8M')
  await on('sh', '-c', 'printf %s "$1" >/vm/lv/define.xml', 'sh', domain)
  await virsh('define', '/vm/lv/define.xml')
  await on('rm', '/vm/lv/define.xml')
  await startDomain()
})
afterAll(() => lab?.down())

test('what it runs is listed, left alone unless it is asked for, and stopped through it', async () => {
  const list = await ctys(lab, ['list', 'root@h1'])
  expect(list.stdout).toMatch(/^root@h1 +db01 +running \(no monitor\) .* foreign: libvirt$/m)
  const command = 'virsh -c qemu+ssh://root@h1/system shutdown db01'
  const refused = await ctys(lab, ['stop', 'db01', 'root@h1'])
  expect(refused).toMatchObject({code: 1, stderr: expect.stringContaining(command)})
  const all = await ctys(lab, ['stop', '--all', 'root@h1'])
  expect(all).toMatchObject({code: 0, stderr: expect.stringContaining(command)})
  expect(guestsOf(lab, 1)).toEqual(['db01'])
  expect(await ctys(lab, ['scan', 'root@h1', '--base', '/vm'])).toMatchObject({code: 0})
  const stopped = await ctys(lab, ['stop', 'db01', 'root@h1', '--foreign'])
  expect(stopped, stopped.stderr).toMatchObject({code: 0})
  expect(await virsh('domstate', 'db01')).toMatch(/^shut off/)
})

test('adopted, it starts with the hardware that it had', async () => {
  await startDomain()
  const tell = (...words: readonly string[]) => virsh('qemu-monitor-command', 'db01', '--hmp', words.join(' '))
  const before = hardware(await tell('info', 'block'), await tell('info', 'qtree'))
  expect(before).toEqual([
    ...['/vm/lv/data, 2.img (raw)', '/vm/lv/db.qcow2 (qcow2)', '52:54:00:aa:bb:01'],
    ...['scsi-hd', 'virtio-blk-pci', 'virtio-net-pci', 'virtio-scsi-pci'],
  ])
  expect(await ctys(lab, ['adopt', 'root@h1', '--only', 'db01'])).toMatchObject({
    stderr: expect.stringContaining('--foreign'),
  })
  const adopted = await ctys(lab, ['adopt', 'root@h1', '--only', 'db01', '--foreign', '--write'])
  expect(adopted, adopted.stderr).toMatchObject({code: 0})
  const twice = await ctys(lab, ['start', 'db01', 'root@h1'])
  expect(twice, twice.stderr).not.toMatchObject({code: 0})
  expect(guestsOf(lab, 1)).toEqual(['db01'])
  await virsh('destroy', 'db01')
  const start = await ctys(lab, ['start', 'db01', 'root@h1'])
  expect(start, start.stderr).toMatchObject({code: 0})
  const ask = async (command: string) => (await ctys(lab, ['monitor', 'db01', '--on', 'root@h1', command])).stdout
  expect(hardware(await ask('info block'), await ask('info qtree'))).toEqual(before)
  expect(await virsh('domstate', 'db01')).toMatch(/^shut off/)
  expect(await ctys(lab, ['stop', 'db01', 'root@h1', '--force'])).toMatchObject({code: 0})
})
