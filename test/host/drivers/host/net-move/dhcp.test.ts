/** The DHCP client of an interface that is moved: ISC's, which ifupdown started, and a program of its name that records its call. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {NetMoveAsk} from '../../../../../src/domain/work/net-move.js'
import {netMove, netUndo} from '../../../../../src/drivers/host/net-move/handlers.js'
import {NetPlace, settled} from '../../../../fakes/net-place.js'
import {runHandler} from '../../../../fakes/run-handler.js'

const base = {id: '1', target: {host: 'here'}, type: 'ALL', timeoutMs: 600_000} as const
const ask: NetMoveAsk = {
  ...{id: 'aa01', interface: 'eth0', bridge: 'ctysbr0', timerMs: 60_000},
  ...{who: 'me@desk', become: [], needs: []},
}

test.skipIf(process.getuid?.() !== 0)(
  'dhclient is held while a change is pending, and goes with the address',
  async () => {
    const place = await NetPlace.open('dash')
    const at = await place.context()
    try {
      place.program('dhclient', `#!/bin/dash\necho "$*" >>${place.dir}/called\nwhile :; do sleep 1; done\n`)
      place.sh(`ip addr add 10.77.0.1/24 dev eth0${settled}`)
      place.sh('echo "lease { interface \\"eth0\\"; }" >/run/leases')
      place.sh(
        'setsid "$1" -4 -lf /run/leases -pf /run/dhclient.pid eth0 </dev/null >/dev/null 2>&1 &',
        place.bin('dhclient'),
      )
      const states = () => place.sh('ps -o state=,args= -A | grep "[d]hclient" | grep -v sh\\ -c; true')
      await expect.poll(states).toMatch(/^S .* eth0$/m)
      await runHandler(netMove, {...base, verb: 'net-move', ask: {...ask, leave: true}}, at)
      expect(states()).toMatch(/^T .* eth0$/m)
      const undo = {...ask, id: 'aa02'}
      await runHandler(netUndo, {...base, verb: 'net-undo', ask: undo}, at)
      await expect.poll(states).toMatch(/^S .* eth0$/m)
      const moved = await runHandler(netMove, {...base, verb: 'net-move', ask: {...ask, id: 'aa03'}}, at)
      expect(moved.change.dhcp).toBe('dhclient on ctysbr0')
      await expect
        .poll(states)
        .toMatch(/-4 -lf \/run\/ctys-net\/ctysbr0.leases -pf \/run\/ctys-net\/ctysbr0.pid ctysbr0$/m)
      expect(states()).not.toMatch(/ eth0$/m)
      expect(place.sh('cat /run/ctys-net/ctysbr0.leases')).toContain('interface "ctysbr0";')
    } finally {
      await at.session.close()
      place.close()
    }
  },
)

test.skipIf(process.getuid?.() !== 0)(
  'an interface of ifupdown and dhclient keeps its lease there and back',
  async () => {
    const place = await NetPlace.open('dash')
    const at = await place.context()
    const leases = join(place.dir, 'leases')
    writeFileSync(leases, '')
    place.far(['ip', 'addr', 'add', '10.77.0.254/24', 'dev', 'far'])
    const words = [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--port=0',
      '--interface=far',
      '--user=root',
      '--pid-file=',
    ]
    const serve = [
      ...words,
      '--dhcp-range=10.77.0.50,10.77.0.60,3600',
      `--dhcp-leasefile=${leases}`,
      '--dhcp-authoritative',
    ]
    const server = spawn('nsenter', [
      '-t',
      String(place.farPid),
      '-n',
      '--',
      'dnsmasq',
      ...serve,
      '--log-facility=-',
      '--log-dhcp',
    ])
    let log = ''
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (log += chunk))
    const ended = once(server, 'exit')
    try {
      await expect.poll(() => log, {timeout: 10_000}).toContain('DHCP, IP range')
      // what they write of the host is this host's alone
      place.sh('mkdir -p /run/etc /run/network /var/lib/dhcp && cp -a /etc/. /run/etc && mount --bind /run/etc /etc')
      place.sh('printf "auto eth0\\niface eth0 inet dhcp\\n" >/etc/network/interfaces')
      place.sh('PATH=/usr/sbin:/usr/bin:/sbin:/bin; ifup eth0 >/run/ifup.log 2>&1')
      const addresses = (device: string) => place.sh('ip -o -4 addr show dev "$1"', device)
      const [, address = ''] = / inet (10\.77\.0\.(?:5\d|60)\/24) /.exec(addresses('eth0')) ?? []
      const clients = () => place.sh('ps -C dhclient -o args= || true')
      const before = place.network()
      expect(before).toMatch(/default via 10\.77\.0\.254 dev eth0/)
      const run = (id: string, leave: boolean) =>
        runHandler(netMove, {...base, verb: 'net-move', ask: {...ask, id, ...(leave && {leave})}}, at)
      await run('aa01', true)
      await runHandler(netUndo, {...base, verb: 'net-undo', ask: {...ask, id: 'aa02'}}, at)
      expect([place.network(), clients()]).toEqual([before, expect.stringMatching(/ eth0$/m)])
      log = ''
      const {change} = await run('aa03', false)
      expect(change).toMatchObject({dhcp: 'dhclient on ctysbr0', differs: []})
      expect(change.hints).toEqual([expect.stringContaining('ifupdown')])
      expect(addresses('ctysbr0')).toContain(` inet ${address} `)
      // the client there asks for what it had, and is given it
      await expect.poll(() => log, {timeout: 30_000}).toMatch(new RegExp(`DHCPACK\\(far\\) ${address.slice(0, -3)}`))
      expect(addresses('ctysbr0')).toContain(` inet ${address} `)
      expect(clients()).toMatch(/ ctysbr0$/m)
      log = ''
      await runHandler(netUndo, {...base, verb: 'net-undo', ask: {...ask, id: 'aa04'}}, at)
      await expect.poll(() => log, {timeout: 30_000}).toContain('DHCPACK')
      await expect.poll(() => place.network(), {timeout: 10_000}).toBe(before)
      expect(clients()).toMatch(/ eth0$/m)
      expect(clients()).not.toMatch(/ctysbr0$/m)
      expect(readFileSync(leases, 'utf8').trim().split('\n')).toHaveLength(1)
    } finally {
      server.kill('SIGKILL')
      await ended
      await at.session.close()
      place.close()
    }
  },
)
