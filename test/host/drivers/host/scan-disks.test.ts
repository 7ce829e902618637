import {appendFileSync, linkSync, mkdirSync, renameSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {beforeEach, describe, expect, test} from 'vitest'
import type {ScanMemory} from '../../../../src/domain/inventory/scan-memory.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import {diskNames, type FoundDisks} from '../../../../src/drivers/host/scan/disks.js'
import {scanHost} from '../../../../src/drivers/host/scan/enumerate.js'
import {bsdStat, scanHosts, writeTool} from '../../../fakes/scan-hosts.js'
import {clockAhead, scanPlace} from '../../../fakes/scan-place.js'

const boot = '6f1b2c3d-0000-4000-8000-000000000001'
const found = (images: readonly string[], devices: readonly string[] = []): FoundDisks => ({images, boot, devices})

describe('the name of a file system', () => {
  const nameOf = (device: string, ...devices: string[]) =>
    diskNames(found([`${device} 77 /vm/a/a.img`], devices), ['/vm/a/a.ctys'])
      .get('/vm/a/a.ctys')
      ?.join(' ')
  const rest = 'rw,vers=4.2,hard,clientaddr=10.0.0.9,local_lock=none'

  test('of NFS is the same through every client, whatever device it has there', () => {
    const volume = (device: string) => `${device} v4 0a000005  801 0:${device}         7b1bcb0f6ec0bc49:9a  no `
    const one = nameOf('45', `45 nfs4 nas:/vm ${rest},addr=10.0.0.5`, volume('45'))
    const other = nameOf('61', volume('61'), `61 nfs4 nas.example.org:/vm/a rw,addr=10.0.0.5`)
    expect(one).toBe('nfs/10.0.0.5/7b1bcb0f6ec0bc49:9a:77')
    expect(other).toBe(one)
  })

  test.each([
    ['ext4', '65024 ext4 /dev/vda1 rw', `local/${boot}/65024:77`],
    ['btrfs, whose subvolumes are in no mountinfo', '', `local/${boot}/65024:77`],
    ['a pool of ZFS', '65024 zfs tank/vm rw', `local/${boot}/65024:77`],
    ['NTFS by FUSE', '65024 fuseblk /dev/sdb1 rw', `local/${boot}/65024:77`],
    ['NFS without FSID', '65024 nfs nas:/vm rw,vers=3,addr=10.0.0.5', 'nfs/10.0.0.5//vm:77'],
    ['NFS over IPv6', '65024 nfs4 [fd00::5]:/vm rw,addr=fd00::5', 'nfs/fd00::5//vm:77'],
    ['a blank in the export', '65024 nfs nas:/my\\040vm;x rw,addr=10.0.0.5', 'nfs/10.0.0.5//my\\040vm%3Bx:77'],
    ['CIFS', '65024 cifs //nas/vm rw,addr=10.0.0.5,serverino', 'cifs/10.0.0.5//vm:77'],
    ['CephFS', '65024 ceph 10.0.0.1:6789,10.0.0.2:6789:/ rw,fs=b', 'ceph/10.0.0.1:6789,10.0.0.2:6789///b:77'],
    ['CephFS in its new spelling', '65024 ceph admin@5f0c.b=/ rw', 'ceph/5f0c.b=//:77'],
    ['GlusterFS', '65024 fuse.glusterfs nas:/vol rw', 'fuse.glusterfs/nas//vol:77'],
    ['df of a server', '65024 df nas:/vm', 'nfs/nas//vm:77'],
    ['df of a disk', '65024 df /dev/ada0p2', `local/${boot}/65024:77`],
    ['df of ZFS with a colon', '65024 df zroot/a:b/vm', `local/${boot}/65024:77`],
  ])('of %s', (_, device, name) => {
    expect(nameOf('65024', device)).toBe(name)
  })

  test.each([
    ['NFS of the host itself', 'nfs localhost:/vm rw,addr=127.0.0.1'],
    ['NFS of a link-local server', 'nfs4 [fe80::5%eth0]:/vm rw,addr=fe80::5%eth0'],
    ['NFS without an address', 'nfs nas:/vm rw'],
    ['CIFS with inodes of the client', 'cifs //nas/vm rw,addr=10.0.0.5,noserverino'],
    ['GlusterFS of the host itself', 'fuse.glusterfs localhost:/vol rw'],
    ['sshfs', 'fuse.sshfs nas:/vm rw'],
    ['9p of a hypervisor', '9p share0 rw,trans=virtio'],
    ['virtiofs', 'virtiofs share0 rw'],
    ['a cluster file system', 'ocfs2 /dev/sdc rw'],
    ['df that failed', 'df '],
    ['SMB by df', 'df //me@nas/vm'],
  ])('of %s is not known', (_, text) => {
    expect(nameOf('65024', `65024 ${text}`)).toBeUndefined()
  })

  test('of one kernel is not known without a name for its run', () => {
    const disks = {...found(['9 7 /vm/a/a.img']), boot: ' host1'}
    expect(diskNames(disks, ['/vm/a/a.ctys']).size).toBe(0)
  })
})

describe('an image belongs to', () => {
  const owned = (images: readonly string[], configs: readonly string[]) => {
    const numbered = images.map((name, index) => `9 ${index} /vm/${name}`)
    const names = diskNames(
      found(numbered),
      configs.map((name) => `/vm/${name}`),
    )
    return Object.fromEntries(
      [...names].map(([path, list]) => [path.slice(4), list.map((name) => images[Number(name.split(':').at(-1))])]),
    )
  }
  test.each<[string, string[], string[], Record<string, string[]>]>([
    ['what it is named after', ['a.img', 'b.img'], ['a.ctys', 'b.ctys'], {'a.ctys': ['a.img'], 'b.ctys': ['b.img']}],
    [
      'its parts',
      ['a.img', 'a-data.raw', 'a_2.vdi', 'ab.img'],
      ['a.ctys', 'b.conf'],
      {'a.ctys': ['a-data.raw', 'a.img', 'a_2.vdi']},
    ],
    ['the longest name', ['a.img', 'a-b.img'], ['a.ctys', 'a-b.ctys'], {'a.ctys': ['a.img'], 'a-b.ctys': ['a-b.img']}],
    ['both of one name', ['a.img'], ['a.ctys', 'a.conf'], {'a.ctys': ['a.img'], 'a.conf': ['a.img']}],
    ['the only configuration', ['hda.img', 'hdb.img'], ['a.ctys'], {'a.ctys': ['hda.img', 'hdb.img']}],
    ['nobody where two may be meant', ['hda.img'], ['a.ctys', 'b.ctys'], {}],
    ['nobody when it is a backing file', ['base.qcow2', 'a.qcow2'], ['a.ctys'], {'a.ctys': ['a.qcow2']}],
    ['nobody in another directory', ['sub/a.img'], ['a.ctys'], {}],
    ['an only configuration without a name', ['x.img'], ['.ctys'], {'.ctys': ['x.img']}],
  ])('%s', (_, images, configs, expected) => {
    expect(owned(images, configs)).toEqual(expected)
  })

  test('its configuration among 10,000 in one directory, soon', () => {
    const configs = Array.from({length: 10_000}, (_, i) => `vm${i}.ctys`)
    const began = performance.now()
    const names = owned(
      Array.from({length: 10_000}, (_, i) => `vm${i}.img`),
      configs,
    )
    expect(names['vm7777.ctys']).toEqual(['vm7777.img'])
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

const {signal} = new AbortController()
const place = scanPlace()

/** `change`: other files in the place of those of this kernel. */
function host(shell: readonly string[], change: Readonly<Record<string, string>> = {}): HostSession {
  return place.host(shell, () => ({...change, ...clockAhead}))
}

function put(name: string, text = ''): string {
  const path = join(place.dir, name)
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, text)
  return path
}

const vm = (name: string) => put(`${name}/${name}.ctys`, `#@#MAGICID-QEMU\n#@#LABEL = "${name}"\n`)

async function scan(on: HostSession, memory?: ScanMemory, bases: readonly string[] = [place.dir]) {
  const {data, memory: next} = await scanHost(on, {
    basePaths: bases,
    types: ['QEMU'],
    signal,
    ...(memory !== undefined && {memory}),
  })
  const disks = Object.fromEntries(data.machines.map(({label, disks: own}) => [label, own]))
  return {data, disks, memory: next === 'same' ? memory : next}
}

describe.each(scanHosts.filter(({stat = true}) => stat))('under $name', ({shell, set}) => {
  beforeEach(() => set(place.tools))

  test('one image has one name by every path, another has another', async () => {
    for (const name of ['real', 'hard', 'soft', 'other', 'bare']) vm(name)
    const image = put('real/real.img', 'x')
    linkSync(image, join(place.dir, 'hard/hard.qcow2'))
    symlinkSync('../real/real.img', join(place.dir, 'soft/soft.vmdk'))
    put('other/other.img', 'x')
    put('other/notes.imgs')
    symlinkSync('nowhere', join(place.dir, 'bare/bare.img'))
    symlinkSync('loop.img', join(place.dir, 'bare/loop.img'))
    symlinkSync('..', join(place.dir, 'bare/bare.raw'))
    put('bare/bare\nI 1 2 .img')
    const {data, disks} = await scan(host(shell))
    const {dev, ino} = statSync(image)
    expect(disks.real).toEqual([expect.stringMatching(new RegExp(`^local/[0-9a-f-]{36}/${dev}:${ino}$`))])
    expect([disks.hard, disks.soft]).toEqual([disks.real, disks.real])
    expect(disks.other).toHaveLength(1)
    expect(disks.other).not.toEqual(disks.real)
    expect(disks.bare).toBeUndefined()
    expect(data.unsearched).toEqual([])
  })

  test('images are told beside a base that is a file', async () => {
    const config = vm('web01')
    put('web01/web01.img')
    symlinkSync('web01.img', join(place.dir, 'web01/web01-2.img'))
    put('web01/sub/web01.img')
    const all = await scan(host(shell))
    const one = await scan(host(shell), undefined, [config])
    expect(all.disks.web01).toHaveLength(1)
    expect(one.disks).toEqual(all.disks)
  })

  test('a guest that writes changes nothing; another image in its place does', async () => {
    const image = put('web01/web01.img')
    vm('web01')
    const first = await scan(host(shell))
    appendFileSync(image, 'more')
    const second = await scan(host(shell), first.memory)
    expect(second.memory).toBe(first.memory)
    expect(second.data).toEqual({...first.data, unchanged: 1})
    put('web01/new')
    renameSync(join(place.dir, 'web01/new'), image)
    const third = await scan(host(shell), first.memory)
    expect(third.data.unchanged).toBe(1)
    expect(third.disks).toEqual((await scan(host(shell))).disks)
    expect(third.disks).not.toEqual(first.disks)
  })

  test('symbolic links to directories and configurations are named, wherever they lead', async () => {
    vm('web01')
    put('elsewhere/x.txt')
    for (const [name, to] of Object.entries({
      'a b%\n': '../elsewhere',
      'c.ctys': 'web01.ctys',
      'd.conf': 'gone',
      e: '.',
      f: 'f',
      g: '/dev/null',
      h: '../elsewhere/x.txt',
    }))
      symlinkSync(to, join(place.dir, 'web01', name))
    const {data} = await scan(host(shell))
    const links = data.links?.map((path) => path.slice(place.dir.length + '/web01/'.length)).sort()
    expect(links).toEqual(['a b%\n', 'c.ctys', 'd.conf', 'e'])
    expect([data.files, data.unsearched, data.searched]).toEqual([1, [], [place.dir]])
  })

  test('what a server says of its file system is taken from the kernel', async () => {
    vm('web01')
    const {dev, ino} = statSync(put('web01/web01.img'))
    const number = `${dev >>> 8}:${dev & 0xff}`
    const mountinfo = [
      '22 27 0:21 / /proc rw - proc proc rw',
      `90 27 ${number} / /my\\040vm rw,relatime shared:1 - nfs4 nas:/vm rw,vers=4.2,addr=10.0.0.5`,
    ]
    const volumes = [
      'NV SERVER   PORT DEV          FSID                              FSC',
      'v4 0a000005  801 0:77         1:2                               no ',
      `v4 0a000005  801 ${number}        7b1bcb0f6ec0bc49:a                no `,
    ]
    const paths = {
      '/proc/self/mountinfo': join(place.tools, 'mountinfo'),
      '/proc/fs/nfsfs/volumes': join(place.tools, 'volumes'),
    }
    writeFileSync(paths['/proc/self/mountinfo'], `${mountinfo.join('\n')}\n`)
    writeFileSync(paths['/proc/fs/nfsfs/volumes'], `${volumes.join('\n')}\n`)
    expect((await scan(host(shell, paths))).disks.web01).toEqual([`nfs/10.0.0.5/7b1bcb0f6ec0bc49:a:${ino}`])
  })
})

describe('a host without /proc', () => {
  const noProc = {'/proc/sys/kernel/random/boot_id': '/nonexistent/boot_id'}
  const df = (source: string) => `[ "$1" = -P ] || exit 1
printf 'Filesystem 512-blocks Used Avail Capacity Mounted on\\n%s 100 1 99 1%% /my vm\\n' '${source}'`

  test.each([
    ['a server', 'nas:/vm', '{ sec = 1700000000, usec = 5 }', /^nfs\/nas\/\/vm:\d+$/],
    ['a disk', '/dev/ada0p2', '{ sec = 1700000000, usec = 5 }', /^local\/\{%20sec[^ ;]*%20h1\/\d+:\d+$/],
    ['a disk, and no sysctl', '/dev/ada0p2', '', undefined],
  ])('tells the file system with df: %s', async (_, source, boottime, name) => {
    writeTool(place.tools, 'stat', bsdStat)
    writeTool(place.tools, 'df', df(source))
    writeTool(place.tools, 'sysctl', boottime === '' ? 'exit 1' : `[ "$*" = '-n kern.boottime' ] && echo '${boottime}'`)
    writeTool(place.tools, 'uname', 'echo h1')
    put("it's $(here)/x.ctys", '#@#MAGICID-QEMU\n#@#LABEL = "web01"\n')
    put("it's $(here)/disk one.img")
    const {disks, data} = await scan(host(['dash'], noProc))
    expect(disks).toEqual({web01: name === undefined ? undefined : [expect.stringMatching(name)]})
    expect(data.unsearched).toEqual([])
  })
})

test('where links lead is looked at for a limited time, and then every link is named', async () => {
  writeTool(
    place.tools,
    'find',
    'case "$*" in *"-prune ( -type d -o -name *.ctys"*) exec sleep 60;; esac\nexec /usr/bin/find "$@"',
  )
  vm('web01')
  put('web01/web01.img')
  put('elsewhere/x')
  symlinkSync('../elsewhere/x', join(place.dir, 'web01/file'))
  symlinkSync('../elsewhere', join(place.dir, 'web01/directory'))
  const {data, disks} = await scan(host(['dash']))
  expect(data.links?.map((path) => path.slice(place.dir.length)).sort()).toEqual(['/web01/directory', '/web01/file'])
  expect(disks.web01).toHaveLength(1)
  expect(data.unsearched).toEqual([])
}, 30_000)
