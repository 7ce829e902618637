/** What keeps an interface is recognised by what it records; nothing is changed then. */

import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {HostContext} from '../../../../../src/domain/ports/ports.js'
import type {NetMoveAsk} from '../../../../../src/domain/work/net-move.js'
import {netMove, netUndo} from '../../../../../src/drivers/host/net-move/handlers.js'
import {elevateScript} from '../../../../../src/drivers/host/net-move/remote/elevate.js'
import {netStorage} from '../../../../../src/drivers/host/net-move/remote/storage.js'
import {NetPlace, settled} from '../../../../fakes/net-place.js'
import {runHandler} from '../../../../fakes/run-handler.js'

const isRoot = process.getuid?.() === 0
const base = {id: '1', target: {host: 'here'}, type: 'ALL', timeoutMs: 600_000} as const
const ask: NetMoveAsk = {
  ...{id: 'aa01', interface: 'eth0', bridge: 'ctysbr0', timerMs: 60_000},
  ...{who: 'me@desk', become: [], needs: []},
}

describe.skipIf(!isRoot).sequential('an interface is left as it is', () => {
  let place: NetPlace
  let at: HostContext
  let before: string

  beforeAll(async () => {
    place = await NetPlace.open('dash')
    place.sh(`ip addr add 10.77.0.1/24 dev eth0${settled}`)
    at = await place.context()
    before = place.network()
  })
  afterAll(async () => {
    await at?.session.close()
    place?.close()
  })

  const move = (more: Partial<NetMoveAsk> = {}) =>
    runHandler(netMove, {...base, verb: 'net-move', ask: {...ask, ...more}}, at)
  const write = (path: string, text: string) =>
    place.sh('mkdir -p "$(dirname "$1")" && printf "%s\\n" "$2" >"$1"', path, text)

  test.each([
    [
      'systemd-networkd',
      'links/2',
      'ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/eth.network',
      'systemd-networkd',
    ],
    [
      'netplan',
      'links/2',
      'ADMIN_STATE=configured\nNETWORK_FILE=/run/systemd/network/10-netplan-eth0.network',
      'netplan',
    ],
  ])('that %s keeps', async (_who, file, text, owner) => {
    const index = place.sh('cat /sys/class/net/eth0/ifindex').trim()
    const path = `/run/systemd/netif/${file.replace('2', index)}`
    write(path, text)
    await expect(move()).rejects.toMatchObject({
      code: 'NET_OWNED',
      message: expect.stringContaining(`kept by ${owner}`),
    })
    place.sh('rm "$1"', path)
  })

  test.each([
    ['NetworkManager', 'managed=true\nconnection-uuid=6d3f', undefined, 'NetworkManager'],
    ['netplan by NetworkManager', 'managed=1\nconnection-uuid=6d3f', 'uuid=6d3f', 'netplan'],
  ])('that %s keeps', async (_who, device, connection, owner) => {
    const index = place.sh('cat /sys/class/net/eth0/ifindex').trim()
    write(`/run/NetworkManager/devices/${index}`, `[device]\n${device}`)
    if (connection !== undefined) write('/run/NetworkManager/system-connections/netplan-eth0.nmconnection', connection)
    await expect(move()).rejects.toMatchObject({
      code: 'NET_OWNED',
      message: expect.stringContaining(`kept by ${owner}`),
    })
    place.sh('rm -r /run/NetworkManager')
  })

  test('that NetworkManager knows and does not manage is moved', async () => {
    const index = place.sh('cat /sys/class/net/eth0/ifindex').trim()
    write(`/run/NetworkManager/devices/${index}`, '[device]\nmanaged=false')
    expect(await move()).toMatchObject({change: {phase: 'confirmed'}})
    await runHandler(netUndo, {...base, verb: 'net-undo', ask: {...ask, id: 'aa02'}}, at)
    place.sh('rm -r /run/NetworkManager')
    expect(place.network()).toBe(before)
  })

  test.each([
    ['dhcpcd', '/run/dhcpcd/eth0.pid', '1', 'dhcpcd'],
    [
      'libvirt, whose guests leave by it',
      '/run/libvirt/network/lan.xml',
      "<forward mode='nat' dev='eth0'/>",
      'libvirt',
    ],
    ['Docker', '/var/lib/docker/network/files/local-kv.db', '\u0001{"Parent":"eth0"}\u0002', 'Docker'],
    ['Incus', '/run/incus/c1/lxc.conf', 'lxc.net.0.link = eth0', 'Incus'],
  ])('that %s keeps', async (_who, path, text, owner) => {
    write(path, text)
    await expect(move()).rejects.toMatchObject({
      code: 'NET_OWNED',
      message: expect.stringContaining(`kept by ${owner}`),
    })
    place.sh('rm "$1"', path)
  })

  test('and --force goes on all the same, and says so', async () => {
    write('/run/dhcpcd/eth0.pid', '1')
    const moved = await move({force: true, leave: true})
    expect(moved.forced).toEqual(['kept by dhcpcd /run/dhcpcd/eth0.pid'])
    await runHandler(netUndo, {...base, verb: 'net-undo', ask: {...ask, id: 'aa03'}}, at)
    place.sh('rm /run/dhcpcd/eth0.pid')
    expect(place.network()).toBe(before)
  })

  test('what ifupdown set up is moved, with a hint', async () => {
    write('/run/network/ifstate', 'lo=lo\neth0=eth0')
    const moved = await move({leave: true})
    expect(moved.change.hints).toEqual([expect.stringContaining('ifupdown')])
    await runHandler(netUndo, {...base, verb: 'net-undo', ask: {...ask, id: 'aa04'}}, at)
    place.sh('rm /run/network/ifstate')
  })

  test.each([
    ['is not there', {interface: 'eth9'}, 'NET_UNMOVABLE', 'is not there'],
    ['has words of the shell for a name', {interface: '$(reboot)'}, 'NET_UNMOVABLE', 'is not there'],
    ['is the loopback', {interface: 'lo'}, 'NET_UNMOVABLE', 'no Ethernet'],
  ])('that %s', async (_what, more, code, message) => {
    await expect(move(more)).rejects.toMatchObject({code, message: expect.stringContaining(message)})
  })

  test.each([
    ['a macvlan is on it', 'ip link add link eth0 name mv0 type macvlan', 'ip link del mv0', 'NET_UNMOVABLE'],
    ['it has a master', 'ip link add b9 type bridge && ip link set eth0 master b9', 'ip link del b9', 'NET_UNMOVABLE'],
    ['the bridge is another’s', 'ip link add ctysbr0 type bridge', 'ip link del ctysbr0', 'NET_FOREIGN'],
    ['the bridge is none', 'ip link add ctysbr0 type veth peer name p9', 'ip link del ctysbr0', 'NET_FOREIGN'],
    [
      'a route goes by a next-hop object',
      'ip nexthop add id 5 via 10.77.0.7 dev eth0 && ip route add 10.9.0.0/24 nhid 5',
      'ip route del 10.9.0.0/24; ip nexthop del id 5',
      'NET_UNMOVABLE',
    ],
  ])('where %s', async (_what, set, reset, code) => {
    place.sh(set)
    await expect(move()).rejects.toMatchObject({code})
    place.sh(reset)
    expect(place.network()).toBe(before)
  })

  test('and nothing is left of all that', () => {
    expect(place.sh('ls /run/ctys-net')).toBe('last\nmoved\n')
  })
})

describe.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])('storage under %s', (shell, ...options) => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ctys-storage-'))
  })
  afterAll(() => rmSync(folder, {recursive: true, force: true}))

  /** `ip route get` says that addresses of 10 lie behind eth0, others behind eth1. */
  const functions = `
say() { printf '%s\\n' "$*"; }
get() { value=''; { IFS= read -r value <"$1"; } 2>/dev/null; }
ip() { case $4 in 10.*) echo "$4 dev eth0 src 10.0.0.1" ;; *) echo "$4 via 192.0.2.1 dev eth1" ;; esac; }
`
  function storage(mounts: readonly string[], ...paths: readonly string[]): string {
    const file = join(folder, 'mountinfo')
    writeFileSync(file, `${mounts.join('\n')}\n`)
    const text = `${functions}${netStorage.replaceAll('/proc/self/mountinfo', '"$table"')}\ntable=$1; shift; storage eth0 "$@"`
    return spawnSync(shell, [...options, '-c', text, 'storage', file, ...paths], {encoding: 'utf8'}).stdout
  }
  const root = '21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw'

  test.each([
    ['a local root', [root], ['/', '/home'], ''],
    [
      'a root on NFS behind it',
      ['21 1 0:20 / / rw - nfs4 nas:/root rw,addr=10.0.0.5'],
      ['/'],
      'storage / nfs4 nas:/root\n',
    ],
    ['NFS behind another interface', ['21 1 0:20 / / rw - nfs4 nas:/root rw,addr=192.0.2.5'], ['/'], ''],
    [
      'the deepest mount alone',
      [root, '30 21 0:30 / /home rw - cifs //nas/home rw,addr=10.0.0.5', '31 30 8:2 / /home/me rw - ext4 /dev/sda2 rw'],
      ['/home/me', '/home/you', '/homes'],
      'storage /home/you cifs //nas/home\n',
    ],
    [
      'a server that is not named',
      [root, '30 21 0:30 / /vm rw - ceph 10.0.0.1:6789:/ rw'],
      ['/vm'],
      'storage /vm ceph 10.0.0.1:6789:/\n',
    ],
    [
      'the last of two mounts in one place',
      [root, '30 21 0:30 / /vm rw - nfs nas:/a rw,addr=10.0.0.5', '31 21 8:2 / /vm rw - ext4 /dev/sdb rw'],
      ['/vm'],
      '',
    ],
  ])('%s', (_what, mounts, paths, expected) => {
    expect(storage(mounts, ...paths)).toBe(expected)
  })
})

describe.skipIf(!isRoot)('an account that is not root', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctys-elevate-'))
  afterAll(() => rmSync(folder, {recursive: true, force: true}))

  function elevate(permitted: string): string {
    spawnSync('chmod', ['755', folder])
    const env = {PATH: `${folder}:/usr/bin:/bin`, SSH_CONNECTION: '192.0.2.7 5 192.0.2.1 22'}
    const words = ['--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c', elevateScript.text, 'net-root']
    const script = 'echo "$0 $*"'
    return spawnSync('setpriv', [...words, permitted, script, 'name', 'a b', ''], {encoding: 'utf8', env}).stdout
  }

  test('is refused where it may not become root', () => {
    expect(elevate('')).toBe('refused account nobody\n')
    expect(elevate('nosuchway')).toBe('refused account nobody\n')
  })

  test('becomes root by what is permitted, without being asked, and its connection is told', () => {
    writeFileSync(join(folder, 'sudo'), '#!/bin/sh\necho "sudo $1"; shift; exec "$@"\n', {mode: 0o755})
    expect(elevate('sudo doas')).toBe('sudo -n\nname 192.0.2.7 5 192.0.2.1 22 a b \n')
  })
})
