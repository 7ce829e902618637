/** Every session type, by hand; test/contract/drivers.test.ts compares this list with the folder. */
import type {Driver, Registry} from '../domain/ports/ports.js'
import {image} from './host/image/image.js'
import {withHostRow} from './host/list/host-row.js'
import {listEvery} from './host/list/list-every.js'
import {neighbours} from './host/neighbours/neighbours.js'
import {netApply, netDiff} from './host/net/apply.js'
import {netDown} from './host/net/down.js'
import {netPlan} from './host/net/plan.js'
import {netStatus} from './host/net/status.js'
import {netSwitch} from './host/net/switch.js'
import {netUp} from './host/net/up.js'
import {netConfirm, netMove, netPending, netUndo} from './host/net-move/handlers.js'
import {probe} from './host/probe/probe.js'
import {enumerate} from './host/scan/enumerate.js'
import {qemu} from './qemu/index.js'

const types: readonly Driver[] = [qemu]

export const registry: Registry = {
  drivers: new Map(types.map((driver) => [driver.type, listingHost(driver)])),
  host: {
    image,
    probe,
    neighbours,
    enumerate,
    list: withHostRow(listEvery(types)),
    'net-up': netUp,
    'net-down': netDown,
    'net-plan': netPlan,
    'net-status': netStatus,
    'net-switch': netSwitch,
    'net-diff': netDiff,
    'net-apply': netApply,
    'net-move': netMove,
    'net-undo': netUndo,
    'net-confirm': netConfirm,
    'net-pending': netPending,
  },
}

/** What the host itself is does not depend on the session type that is listed. */
function listingHost(driver: Driver): Driver {
  const {list} = driver.verbs
  return list === undefined ? driver : {...driver, verbs: {...driver.verbs, list: withHostRow(list)}}
}
