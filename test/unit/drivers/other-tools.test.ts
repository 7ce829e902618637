import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {readConfigFile} from '../../../src/drivers/config/config-file.js'
import {readDomain} from '../../../src/drivers/libvirt/reader.js'
import {readScript} from '../../../src/drivers/script/reader.js'

const fixture = (name: string) => readFileSync(`test/fixtures/foreign/others/${name}`)
const read = (name: string, path: string) => readConfigFile(fixture(name), path)
const readText = (text: string, path: string) => readConfigFile(Buffer.from(text), path)

test('a domain of libvirt is read as it keeps it', () => {
  const path = '/etc/libvirt/qemu/Web 01.xml'
  const shared = {
    ...{category: 'VM', vram: '2048', vcpu: '4', arch: 'x86_64', platform: 'pc-q35-7.2', accelerator: 'KVM'},
    vncDisplay: '7',
    contextString: '/var/lib/libvirt/images/web01.qcow2 /dev/vg0/web01-data default:web01-logs',
  }
  expect(read('libvirt-disks.xml', path)).toEqual({
    type: 'LIBVIRT',
    rejects: [],
    ignored: false,
    machine: {
      type: 'LIBVIRT',
      label: 'Web_01',
      id: path,
      uuid: 'c7a5fdbdedaf9455926ad65c16db1809',
      images: ['/var/lib/libvirt/images/web01.qcow2', '/dev/vg0/web01-data'],
      interfaces: [
        {...shared, mac: '52:54:00:6D:90:01', relay: 'br0', ifName: '0'},
        {...shared, mac: '52:54:00:6D:90:02', relay: 'default', ifName: '1'},
      ],
    },
  })
  expect(readDomain(fixture('libvirt-disks.xml'))).toMatchObject({
    name: 'Web 01',
    cpu: 'host',
    firmware: {flash: '/usr/share/OVMF/OVMF_CODE_4M.fd', vars: '/var/lib/libvirt/qemu/nvram/Web 01_VARS.fd'},
    disks: [{bus: 'virtio', format: 'qcow2'}, {bus: 'scsi', format: 'raw'}, {path: 'default:web01-logs'}],
    nics: [{model: 'virtio', net: {kind: 'bridge', name: 'br0'}}, {net: {kind: 'other', name: 'default'}}],
    lost: [],
  })
})

test.each([
  ['another document', '<network><name>default</name><domain name="x"/></network>'],
  ['a snapshot with a domain in it', '<domainsnapshot><domain type="kvm"><name>a</name></domain></domainsnapshot>'],
  ['a container', '<domain type="lxc"><name>a</name></domain>'],
  ['no XML at all', 'just text'],
])('XML of %s is no machine', (_, text) => {
  expect(readText(text, '/etc/libvirt/qemu/x.xml')).toBeNull()
})

test.each([
  [
    'a document type',
    '<!DOCTYPE d [<!ENTITY a "b">]>\n<domain type="kvm"><name>&a;</name></domain>',
    'a document type is not taken',
  ],
  ['an entity of nobody', '<domain type="kvm">\n<name>&lol;</name></domain>', 'Invalid character entity'],
  ['half a file', '<domain type="kvm">\n<name>web', 'Unclosed root tag'],
  ['no name', '<domain type="kvm"><uuid>x</uuid></domain>', 'the domain has no name'],
  ['a hundred levels', `<domain type="kvm">${'<a>'.repeat(100)}`, 'elements in each other more than 64 deep'],
])('a domain with %s is rejected, with the reason', (_, text, reason) => {
  const reading = readText(text, '/etc/libvirt/qemu/x.xml')
  expect(reading?.machine).toBeUndefined()
  expect(reading?.rejects).toEqual([
    {path: '/etc/libvirt/qemu/x.xml', line: expect.any(Number), reason: expect.stringContaining(reason)},
  ])
})

describe('a guest of Proxmox', () => {
  test('is what stands before the first snapshot', () => {
    const shared = {
      ...{
        category: 'VM',
        vram: '768',
        vcpu: '6',
        arch: 'x86_64',
        platform: 'pc-q35-8.1',
        accelerator: 'KVM',
        os: 'l26',
      },
      contextString: 'local-lvm:vm-100-disk-0 /dev/disk/by-id/wwn-0x5000',
    }
    expect(read('proxmox-100.conf', '/etc/pve/qemu-server/100.conf')).toMatchObject({
      type: 'PROXMOX',
      rejects: [],
      machine: {
        label: 'shop',
        uuid: '7b10d7afb9324c66b2c33996152ec465',
        interfaces: [
          {...shared, mac: 'BC:24:11:28:2C:B9', relay: 'vmbr0'},
          {...shared, mac: 'BC:24:11:28:2C:BA'},
        ],
      },
    })
  })
  test('without a name is called by its number, and may be a template', () => {
    expect(
      readText('template: 1\nmemory: current=2048\n', '/etc/pve/nodes/pve1/qemu-server/101.conf')?.machine,
    ).toMatchObject({
      label: 'vm101',
      interfaces: [{vmState: 'TEMPLATE', vram: '2048'}],
    })
  })
  test('stands in a directory of Proxmox only', () => {
    expect(read('proxmox-100.conf', '/etc/pve/lxc/100.conf')).toBeNull()
    expect(read('proxmox-100.conf', '/srv/100.conf')).toBeNull()
  })
})

test('a configuration of quickemu is called as its file, its paths start there', () => {
  expect(read('quickemu-ubuntu.conf', '/home/me/ubuntu.conf')).toMatchObject({
    type: 'QUICKEMU',
    machine: {
      label: 'ubuntu',
      images: ['/home/me/ubuntu-24.04/disk.qcow2', '/home/me/ubuntu-24.04/ubuntu-24.04-desktop-amd64.iso'],
      interfaces: [{vram: '6144', vcpu: '4', os: 'linux', mac: '52:54:00:AB:51:AE'}],
    },
  })
  expect(readText('disk_img="$HOME/x.qcow2"\nguest_os="linux"', '/home/me/x.conf')).toBeNull()
})

test('an instance of Lima is called as its directory; elsewhere the file is a template', () => {
  expect(read('lima.yaml', '/home/me/.lima/build/lima.yaml')?.machine).toMatchObject({
    type: 'LIMA',
    label: 'build',
    images: ['/home/me/.lima/build/diffdisk'],
    interfaces: [{vram: '4096', vcpu: '2', arch: 'aarch64'}],
  })
  expect(read('lima.yaml', '/src/lima/lima.yaml')?.machine?.interfaces[0]).toMatchObject({vmState: 'TEMPLATE'})
  expect(read('lima.yaml', '/home/me/.lima/_config/lima.yaml')).toBeNull()
  expect(readText('images: &a [*a]\n', '/home/me/.lima/x/lima.yaml')?.rejects).toHaveLength(1)
})

test.each([
  ['INCUS', '/var/lib/incus/storage-pools/default/virtual-machines/build/backup.yaml'],
  ['LXD', '/var/snap/lxd/common/lxd/storage-pools/default/virtual-machines/build/backup.yaml'],
])('a virtual machine of %s is read, a container is none', (type, path) => {
  expect(read('incus-backup.yaml', path)).toMatchObject({
    type,
    machine: {
      label: 'build',
      uuid: '1c7a9f595a5c4d0e9bb45b8a4a4a0a11',
      interfaces: [{vram: '3072', vcpu: '2', mac: '10:66:6A:7C:2E:11', relay: 'incusbr0', os: 'Debian'}],
    },
  })
  expect(readText('container:\n  type: container\n  name: a\n', path)).toBeNull()
})

describe('a script', () => {
  test('that starts QEMU is read as far as its words are literal', () => {
    expect(read('start-mail.sh', '/vm/mail/start-mail.sh')).toMatchObject({
      type: 'SCRIPT',
      machine: {
        label: 'mail',
        images: ['/vm/mail/mail.qcow2'],
        interfaces: [{vram: '2048', vcpu: '2', arch: 'x86_64', accelerator: 'KVM', mac: 'DE:AD:BE:CF:EC:DA'}],
      },
    })
  })
  test('that calls virt-install is one of libvirt', () => {
    expect(read('virt-install.sh', '/srv/demo.sh')).toMatchObject({
      type: 'VIRT-INSTALL',
      machine: {
        label: 'demo',
        images: ['/srv/images/demo.qcow2'],
        interfaces: [{vram: '4096', vcpu: '2', mac: '52:54:00:12:34:99', relay: 'br0', os: 'fedora29'}, {}],
      },
    })
  })
  test.each([
    ['echo qemu-system-x86_64 -hda x.img'],
    ['# qemu-system-x86_64 -hda x.img'],
    ['which qemu-system-x86_64 >/dev/null || exit 1'],
    ['apt install qemu-kvm virt-install'],
    ['cat <<END\nnothing\nEND\n'],
  ])('that only names it starts nothing: %j', (text) => {
    expect(readScript(text, '/vm/a.sh')).toBeUndefined()
  })
  test.each([
    [
      'qemu-system-x86_64 -m 1G -hda "$1" -name "$(hostname)" -uuid $UUID',
      {name: 'vm', memoryMiB: 1024, uuid: '', disks: []},
    ],
    ['A=x; A=$A$A; qemu-system-x86_64 -hda $A.img', {disks: [{path: '/srv/vm/xx.img'}]}],
    [`sudo -E qemu-system-x86_64 -name 'a b' -hda ${'$'}{D:-/i}/x.img`, {name: 'a b', disks: [{path: '/i/x.img'}]}],
    ['if true; then exec qemu-kvm -hda a.img; fi', {disks: [{path: '/srv/vm/a.img'}]}],
    ['while :; do nice -n 5 kvm -drive file=a.img,if=virtio; done', {disks: [{path: '/srv/vm/a.img'}]}],
    [
      'cd `dirname $0` && qemu-system-arm -M virt -hda $(pwd)/a.img',
      {arch: 'arm', platform: 'virt', disks: [{path: '/srv/vm/a.img'}]},
    ],
    ['OPTS="-m 512 -smp 2"\nqemu-system-i386 $OPTS -hda a.img', {memoryMiB: 512, cpus: 2}],
  ])('%j', (text, machine) => {
    expect(readScript(text, '/srv/vm/run.sh')).toMatchObject(machine)
  })
  test('whose value doubles with every line stays small', () => {
    const lines = Array.from({length: 200}, () => 'A=$A$A').join('\n')
    expect(readScript(`A=xxxxxxxxxx\n${lines}\nqemu-system-x86_64 -hda $A`, '/vm/a.sh')).toMatchObject({disks: []})
  })
})

test('the reader of a type is shown every file without a mark, and its own mark wins', () => {
  const reading = {rejects: [], ignored: true}
  const shown: string[] = []
  const reader = (content: Buffer, path: string) => {
    shown.push(path)
    return content.includes('tape') ? reading : undefined
  }
  const readers = new Map([['TAPE', reader]])
  const typeOf = (text: string, path: string) => readConfigFile(Buffer.from(text), path, readers)?.type
  expect(typeOf('reel = "tape"\n', '/vm/a.conf')).toBe('TAPE')
  expect(typeOf('#@#MAGICID-TAPE\ntape\n', '/vm/b.ctys')).toBe('TAPE')
  expect(typeOf('#@#MAGICID-QEMU\n#@#LABEL = "tape"\n', '/vm/c.ctys')).toBe('QEMU')
  expect(typeOf('name = "d1"\nmemory = 64\nkernel = "/k"\n', '/etc/xen/d1')).toBe('XEN')
  expect(shown).toEqual(['/vm/a.conf', '/vm/b.ctys', '/etc/xen/d1'])
})
