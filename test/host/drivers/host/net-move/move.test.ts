/** Moves of an interface with everything on it, in namespaces of their own, under the four shells. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {HostContext} from '../../../../../src/domain/ports/ports.js'
import type {NetPendingData, NetUndoAsk} from '../../../../../src/domain/work/net-move.js'
import {netPending, netUndo} from '../../../../../src/drivers/host/net-move/handlers.js'
import {ask, base, move} from '../../../../fakes/net-move.js'
import {NetPlace, settled} from '../../../../fakes/net-place.js'
import {runHandler} from '../../../../fakes/run-handler.js'

const isRoot = process.getuid?.() === 0
const undo = (at: HostContext, more: Partial<NetUndoAsk> = {}) => {
  const {id, timerMs, who, become} = ask
  return runHandler(netUndo, {...base, verb: 'net-undo', ask: {id: `${id}b`, timerMs, who, become, ...more}}, at)
}
const look = (at: HostContext): Promise<NetPendingData> =>
  runHandler(netPending, {...base, verb: 'net-pending', ask: {}}, at)

/** What both programs called ip can put back. */
const plain = `
ip addr add 10.77.0.1/24 brd + dev eth0
ip addr add 10.77.0.9/24 dev eth0 label eth0:1
ip addr add 10.9.0.1/32 dev eth0 valid_lft 5000 preferred_lft 4000
ip addr add 10.11.0.1 peer 10.11.0.2/32 dev eth0
ip addr add 10.12.0.1/24 dev eth0 noprefixroute
ip addr add 2001:db8::1/64 dev eth0
ip addr add fd00::5/128 dev eth0 noprefixroute preferred_lft 0
ip route add default via 10.77.0.254 dev eth0 src 10.77.0.1 metric 100
ip route add 10.20.0.0/16 via 10.77.0.253 dev eth0 onlink
ip route add 10.30.0.0/16 dev eth0 table 50 scope link
ip -6 route add 2001:db8:5::/48 via 2001:db8::99 dev eth0 metric 5`

/** What iproute2 can besides. */
const rich = `${plain}
ip addr add 10.10.0.1/24 dev eth0 metric 100
ip addr add 2001:db8::2/64 dev eth0 mngtmpaddr valid_lft 9000 preferred_lft 8000 nodad
ip route del 10.10.0.0/24
ip route add 10.10.0.0/24 dev eth0 metric 7 proto static
ip route add 10.21.0.0/16 via 10.77.0.253 dev eth0 mtu 1400 advmss 1000 proto bird
ip route add 10.40.0.0/16 nexthop via 10.77.0.252 dev eth0 weight 2 nexthop via 10.77.0.251 dev eth0
ip -6 route add default via fe80::99 dev eth0 proto ra metric 1024 expires 1800 pref high
ip -6 route add 2001:db8:6::/48 nexthop via 2001:db8::98 dev eth0 nexthop via 2001:db8::97 dev eth0
ip neigh add 10.77.0.200 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
ip link set eth0 mtu 1450
echo 2 >/proc/sys/net/ipv6/conf/eth0/accept_ra`

describe.skipIf(!isRoot).each([
  ['dash', rich],
  ['bash', rich],
  ['mksh', rich],
  ['busybox', plain],
])('where sh is %s', (shell, network) => {
  let place: NetPlace
  let at: HostContext
  let before: string

  beforeEach(async () => {
    place = await NetPlace.open(shell)
    place.sh(`PATH=/usr/sbin:/usr/bin:/sbin:/bin${network}${settled}`)
    at = await place.context()
    before = place.network()
  })
  afterEach(async () => {
    await at.session.close()
    place.close()
  })

  const addressesOf = (device: string): readonly string[] =>
    place
      .sh('PATH=/usr/sbin:/usr/bin:/sbin:/bin; ip -o addr show dev "$1"', device)
      .split('\n')
      .filter(Boolean)
      .map((line) =>
        line
          .replace(/^\d+: \S+ +/, '')
          .replaceAll(device, '@')
          .replace(/\d+sec/g, 'N'),
      )

  test('everything goes over in its order, is confirmed, and comes back as it was', async () => {
    const had = addressesOf('eth0')
    const moved = await move(at)
    expect(moved.change).toMatchObject({phase: 'confirmed', interface: 'eth0', bridge: 'ctysbr0', differs: []})
    expect(moved.change.interruptedMs).toBeGreaterThanOrEqual(0)
    expect(addressesOf('ctysbr0')).toEqual(had)
    expect(addressesOf('eth0')).toEqual([])
    expect(place.network()).not.toMatch(/ dev eth0 (?!table local)/)
    expect(await look(at)).toMatchObject({last: {phase: 'confirmed'}, moved: [{bridge: 'ctysbr0'}]})
    const back = await undo(at)
    expect(back).toMatchObject({how: 'back', change: {phase: 'confirmed', way: 'back', differs: []}})
    expect(place.network()).toBe(before)
    const after = await look(at)
    expect(after).toMatchObject({last: {way: 'back', phase: 'confirmed'}, moved: []})
    expect(after).not.toHaveProperty('pending')
  })

  test('what nobody confirms is taken back by the host alone, whoever ends meanwhile', async () => {
    const left = await move(at, {leave: true, timerMs: 1000})
    expect(left.change).toMatchObject({phase: 'applied', watched: true})
    await at.session.close()
    at = await place.context()
    await expect.poll(async () => (await look(at)).last?.phase, {timeout: 30_000}).toBe('reverted')
    expect(place.network()).toBe(before)
    expect((await look(at)).last).toMatchObject({reason: 'nobody confirmed it in time', differs: []})
  })

  test('a cancelled move out of the bridge leaves the bridge as it was', async () => {
    await move(at)
    const bridged = place.network()
    await undo(at, {leave: true})
    expect(await undo(at)).toMatchObject({how: 'cancelled', change: {phase: 'reverted', reason: 'cancelled'}})
    expect(place.network()).toBe(bridged)
  })

  test('where the watchdog is killed its guard takes the change back', async () => {
    await move(at, {leave: true})
    place.sh('read -r pid _ </run/ctys-net/aa01/watch && kill -KILL "$pid"')
    await expect.poll(async () => (await look(at)).last?.phase, {timeout: 30_000}).toBe('reverted')
    expect(place.network()).toBe(before)
  })

  test('a bridge of ctys that was there is what it was when the change is taken back', async () => {
    place.sh('ip=/bin/ip; $ip link add ctysbr0 type bridge; $ip link set ctysbr0 alias "ctys bridge" up')
    await expect.poll(() => place.network()).toContain('fe80::')
    const bridged = place.network()
    await move(at, {leave: true})
    expect(await undo(at)).toMatchObject({how: 'cancelled', change: {phase: 'reverted'}})
    // one that had a port once has no carrier without any
    const withoutCarrier = (text: string) =>
      text
        .replace(/(ctysbr0: )<.*> (mtu \d+ qdisc \w+) state \w+/, '$1 $2')
        .replaceAll(' linkdown', '')
        .replace(/^(local|\d+: ctysbr0 +inet6) fe80:.*\n/gm, '')
    await expect.poll(() => withoutCarrier(place.network())).toBe(withoutCarrier(bridged))
  })

  // busybox runs its own programs, whatever the path says: no stand-in can take their place
  if (shell !== 'busybox') {
    test('a change that is not begun is taken back at once', async () => {
      place.program('setsid', '#!/bin/dash\n[ "$4" = forth ] && exit 1\nexec /usr/bin/setsid "$@"\n')
      await expect(move(at)).rejects.toMatchObject({code: 'NET_ROLLED_BACK'})
      expect(place.network()).toBe(before)
    })
  }
})

describe.skipIf(!isRoot)('ended at any step', () => {
  let place: NetPlace
  let at: HostContext

  beforeEach(async () => {
    place = await NetPlace.open('dash')
    place.sh(`PATH=/usr/sbin:/usr/bin:/sbin:/bin${rich}${settled}`)
    at = await place.context()
  })
  afterEach(async () => {
    await at.session.close()
    place.close()
  })

  test('a change that was made in part is taken back whole', async () => {
    const before = place.network()
    // the first two batches are those of the change; the rest of the one that is cut is never done
    place.program(
      'ip',
      `#!/bin/dash
case "$*" in
  *-batch*)
    for file; do :; done
    read -r left 2>/dev/null <${place.dir}/left || left=9999
    lines=$(grep -c . "$file")
    if [ "$lines" -gt "$left" ] && [ ! -e ${place.dir}/cut ]; then
      : >${place.dir}/cut
      head -n "$left" "$file" >${place.dir}/part
      family=
      case "$*" in -6*|*' -6 '*) family=-6 ;; esac
      /bin/ip -force $family -batch ${place.dir}/part
      exit 1
    fi
    echo $((left - lines)) >${place.dir}/left
    ;;
esac
exec /bin/ip "$@"
`,
    )
    for (const left of [1, 2, 5, 9, 14, 20, 24, 28, 33]) {
      place.sh('rm -f "$1/cut"; echo "$2" >"$1/left"', place.dir, String(left))
      await expect(move(at), `after ${left} commands`).rejects.toMatchObject({code: 'NET_ROLLED_BACK'})
      expect(place.network(), `after ${left} commands`).toBe(before)
    }
  })
})
