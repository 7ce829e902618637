import {expect, test} from 'vitest'
import {emptyRecord} from '../../../src/domain/inventory/inventory-record.js'
import {ownerCalls} from '../../../src/lib/owner-commands.js'
import {refuseListed} from '../../../src/resolve/refuse-listed.js'

const h1 = {host: 'h1', port: 2222, user: 'ops'}

test.each([
  ['XEN', '/etc/xen/web', 'ssh -p 2222 ops@h1 xl create /etc/xen/web; to stop it: ssh -p 2222 ops@h1 xl shutdown web'],
  [
    'LIBVIRT',
    '/etc/libvirt/qemu/Web 01.xml',
    "virsh -c qemu+ssh://ops@h1:2222/system start 'Web 01'; to stop it: virsh -c qemu+ssh://ops@h1:2222/system shutdown 'Web 01'",
  ],
  ['LIBVIRT', '/root/.config/libvirt/qemu/a.xml', 'virsh -c qemu+ssh://ops@h1:2222/session start a'],
  ['LIBVIRT', '/etc/libvirt/libxl/a.xml', 'virsh -c xen+ssh://ops@h1:2222/system start a'],
  ['LIBVIRT', '/srv/dump.xml', 'virsh -c qemu+ssh://ops@h1:2222/system start web'],
  [
    'PROXMOX',
    '/etc/pve/qemu-server/100.conf',
    'ssh -p 2222 ops@h1 qm start 100; to stop it: ssh -p 2222 ops@h1 qm shutdown 100',
  ],
  ['QUICKEMU', '/home/a b/u.conf', `ssh -p 2222 ops@h1 'quickemu --vm '\\''/home/a b/u.conf'\\'''`],
  ['LIMA', '/home/me/.lima/build/lima.yaml', 'ssh -p 2222 ops@h1 limactl start build'],
  ['INCUS', '/var/lib/incus/storage-pools/p/virtual-machines/dev_box/backup.yaml', 'incus start box --project dev'],
  ['LXD', '/var/lib/lxd/storage-pools/p/virtual-machines/web/backup.yaml', 'ssh -p 2222 ops@h1 lxc start web'],
  [
    'VIRT-INSTALL',
    '/srv/demo.sh',
    'ssh -p 2222 ops@h1 sh /srv/demo.sh; to stop it: virsh -c qemu+ssh://ops@h1:2222/system shutdown web',
  ],
  ['SCRIPT', '/vm/web/run.sh', 'ctys adopt h1 --only web'],
  ['IMAGE', '/vm/web.qcow2', 'ctys adopt h1 --only web'],
  ['QEMU-INIT', '/vm/web-qemud.rc', 'use the tools of h1'],
])('who would start a machine of type %s at %s is told %s', (type, id, hint) => {
  const record = {...emptyRecord(), host: 'h1', type, id, label: 'web'}
  const error = refuseListed({label: 'web'}, record, {target: h1})
  expect(error.code).toBe('UNSUPPORTED')
  expect(error.hint).toContain(hint)
})

test.each([
  ['LIBVIRT', '/etc/libvirt/qemu/Web 01.xml', ['virsh', '-c', 'qemu:///system', 'start', 'Web 01']],
  ['LIBVIRT', '/root/.config/libvirt/qemu/a.xml', ['virsh', '-c', 'qemu:///session', 'start', 'a']],
  ['PROXMOX', '/etc/pve/qemu-server/100.conf', ['qm', 'start', '100']],
  ['INCUS', '/x/virtual-machines/dev_box/backup.yaml', ['incus', 'start', 'box', '--project', 'dev']],
  // a name that would be read as an option, and machines of nobody
  ['LIMA', '/home/me/.lima/-x/lima.yaml', undefined],
  ['LIBVIRT', '/etc/libvirt/qemu/--force.xml', undefined],
  ['SCRIPT', '/vm/web/run.sh', undefined],
])('the host starts a machine of type %s at %s by %j', (type, id, argv) => {
  expect(ownerCalls({...emptyRecord(), type, id, label: 'web'}, 'start')).toEqual(argv)
})
