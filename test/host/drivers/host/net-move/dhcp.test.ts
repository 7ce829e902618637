/** The DHCP client of an interface that is moved: a program of the name of dhclient that records how it was called. */
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
