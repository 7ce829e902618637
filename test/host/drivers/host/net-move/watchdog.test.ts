/** The two processes that keep the way back: whichever of them is killed, at whatever step, the host comes to its end. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {HostContext} from '../../../../../src/domain/ports/ports.js'
import type {NetPendingData} from '../../../../../src/domain/work/net-move.js'
import {netConfirm, netPending, netUndo} from '../../../../../src/drivers/host/net-move/handlers.js'
import {ask, base, move} from '../../../../fakes/net-move.js'
import {NetPlace, settled} from '../../../../fakes/net-place.js'
import {runHandler} from '../../../../fakes/run-handler.js'

const undo = (at: HostContext, force = false) => {
  const {timerMs, who, become} = ask
  const asked = {id: 'bb02', timerMs, who, become, ...(force && ({force} as const))}
  return runHandler(netUndo, {...base, verb: 'net-undo', ask: asked}, at)
}
const look = (at: HostContext): Promise<NetPendingData> =>
  runHandler(netPending, {...base, verb: 'net-pending', ask: {}}, at)

/** A program of that name that kills the watchdog when it is called so for the first time, and goes on. */
const killing = (name: string, pattern: string, id: string) => `#!/bin/dash
case "$*" in
  ${pattern})
    if [ ! -e /run/killed ]; then
      : >/run/killed
      read -r pid _ </run/ctys-net/${id}/watch && kill -KILL "$pid"
    fi
    ;;
esac
exec /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin ${name} "$@"
`

describe.skipIf(process.getuid?.() !== 0)('a watchdog that is killed', () => {
  let place: NetPlace
  let at: HostContext
  let before: string

  beforeEach(async () => {
    place = await NetPlace.open('dash')
    place.sh(`ip addr add 10.77.0.1/24 dev eth0; ip addr add 2001:db8::1/64 dev eth0${settled}`)
    place.sh('ip route add default via 10.77.0.254 dev eth0 metric 100')
    at = await place.context()
    before = place.network()
  })
  afterEach(async () => {
    await at.session.close()
    place.close()
  })

  const processes = () =>
    place
      .sh('ps -A -o args= | grep "[r]un/ctys-net" || true')
      .split('\n')
      .filter((line) => line !== '')
  const over = (what: string) =>
    expect.poll(async () => (await look(at)).last?.phase, {timeout: 30_000, message: what}).toBe(what)
  const none = () => expect.poll(processes, {timeout: 10_000}).toEqual([])

  test('while the change is pending: the host takes it back at once, and says why', async () => {
    await move(at, {leave: true})
    place.sh('read -r pid _ </run/ctys-net/aa01/watch && kill -KILL "$pid"')
    await over('reverted')
    expect(await look(at)).toMatchObject({last: {reason: 'its watchdog had died', differs: []}})
    expect(place.network()).toBe(before)
    await none()
    expect(place.sh('ls -A /run/ctys-net')).toBe('last\n')
  })

  test('its guard is started anew, and the change goes on', async () => {
    await move(at, {leave: true})
    const guard = () => place.sh('cat /run/ctys-net/aa01/guard')
    const first = guard()
    place.sh('read -r pid _ </run/ctys-net/aa01/guard && kill -KILL "$pid"')
    await expect.poll(guard, {timeout: 10_000}).not.toBe(first)
    expect(await look(at)).toMatchObject({pending: {phase: 'applied', watched: true}})
    await runHandler(netConfirm, {...base, verb: 'net-confirm', ask: {become: []}}, at)
    expect(await look(at)).toMatchObject({moved: [{bridge: 'ctysbr0'}]})
    await undo(at)
    expect(place.network()).toBe(before)
    await none()
  })

  test('in the middle of the change: taken back whole', async () => {
    place.program('ip', killing('ip', "'-force -6 -batch'*", 'aa01'))
    await expect(move(at)).rejects.toMatchObject({code: 'NET_ROLLED_BACK'})
    place.sh('test -e /run/killed')
    expect(place.network()).toBe(before)
    await none()
  })

  test('on the way back: put back whole all the same', async () => {
    await move(at, {leave: true})
    place.program('ip', killing('ip', "'-force  -batch'*|'-force -batch'*", 'aa01'))
    await undo(at).catch(() => undefined)
    place.sh('test -e /run/killed')
    await over('reverted')
    expect(place.network()).toBe(before)
    await none()
  })

  test('behind the confirmation: what was confirmed is kept', async () => {
    await move(at)
    place.program('ip', killing('ip', "'link delete'*", 'bb02'))
    await undo(at)
    place.sh('test -e /run/killed')
    await expect.poll(async () => (await look(at)).moved, {timeout: 30_000}).toEqual([])
    expect(await look(at)).toMatchObject({last: {phase: 'confirmed', way: 'back'}})
    expect(place.network()).toBe(before)
    await none()
  })

  test('together with its guard: undo takes it back', async () => {
    await move(at, {leave: true})
    place.sh('read -r a _ </run/ctys-net/aa01/watch; read -r b _ </run/ctys-net/aa01/guard; kill -KILL "$a" "$b"')
    await expect.poll(async () => (await look(at)).pending?.watched, {timeout: 10_000}).toBe(false)
    const confirm = runHandler(netConfirm, {...base, verb: 'net-confirm', ask: {become: []}}, at)
    await expect(confirm).rejects.toMatchObject({code: 'NET_BROKEN'})
    expect(await undo(at)).toMatchObject({how: 'cancelled', change: {phase: 'reverted'}})
    expect(place.network()).toBe(before)
    await none()
  })

  test('under systemd it is a unit of its own, whose other processes do not end with it', async () => {
    place.sh('mkdir -p /run/systemd/system')
    place.program(
      'systemd-run',
      '#!/bin/dash\necho "$*" >/run/unit\nwhile [ "$1" != sh ]; do shift; done\nsetsid "$@" </dev/null >/dev/null 2>&1 &\n',
    )
    await move(at)
    expect(place.sh('cat /run/unit')).toBe(
      '--quiet --collect --property KillMode=process --unit ctys-net-aa01 sh /run/ctys-net/aa01/watchdog /run/ctys-net/aa01\n',
    )
    await undo(at)
    expect(place.network()).toBe(before)
  })

  test('a bridge with others on it is emptied by force, and stays for them', async () => {
    await move(at)
    place.sh('ip tuntap add dev guest7 mode tap; ip link set guest7 master ctysbr0 up')
    await expect(undo(at)).rejects.toMatchObject({code: 'NET_IN_USE'})
    const back = await undo(at, true)
    expect(back.change.hints).toEqual([expect.stringContaining('ctysbr0 stays')])
    const mac = (name: string) => place.sh('cat "/sys/class/net/$1/address"', name)
    expect(place.sh('ip -o link show master ctysbr0')).toMatch(/^\d+: guest7: /)
    expect(place.sh('cat /sys/class/net/ctysbr0/ifalias')).toBe('ctys bridge\n')
    expect([mac('ctysbr0') === mac('guest7'), mac('ctysbr0') === mac('eth0')]).toEqual([true, false])
    place.sh('ip link del guest7; ip link del ctysbr0')
    expect(place.network()).toBe(before)
  })
})
