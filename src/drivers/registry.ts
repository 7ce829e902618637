/** Every session type, by hand; test/contract/drivers.test.ts compares this list with the folder. */
import {scanTypes} from '../domain/machine/session-types.js'
import type {Driver, Registry} from '../domain/ports/ports.js'
import {loaded} from '../domain/work/handler.js'
import {withHostRow} from './host/list/host-row.js'
import {listEvery} from './host/list/list-every.js'
import {qemu} from './qemu/index.js'

export const registry: Registry = registryOf([qemu])

/** The session types, and beside them what belongs to every host. */
export function registryOf(types: readonly Driver[]): Registry {
  return {
    drivers: new Map(types.map((driver) => [driver.type, listingHost(driver)])),
    host: {
      image: loaded(async () => (await import('./host/image/image.js')).image),
      probe: loaded(async () => (await import('./host/probe/probe.js')).probe),
      neighbours: loaded(async () => (await import('./host/neighbours/neighbours.js')).neighbours),
      enumerate: loaded(async () => (await import('./host/scan/enumerate.js')).enumerate(types)),
      list: withHostRow(listEvery(types)),
      'net-up': loaded(async () => (await import('./host/net/up.js')).netUp),
      'net-down': loaded(async () => (await import('./host/net/down.js')).netDown),
      'net-plan': loaded(async () => (await import('./host/net/plan.js')).netPlan),
      'net-status': loaded(async () => (await import('./host/net/status.js')).netStatus),
      'net-switch': loaded(async () => (await import('./host/net/switch.js')).netSwitch),
      'net-diff': loaded(async () => (await import('./host/net/apply.js')).netDiff),
      'net-apply': loaded(async () => (await import('./host/net/apply.js')).netApply),
      'net-join': loaded(async () => (await import('./host/net/join.js')).netJoin),
      'net-underlay': loaded(async () => (await import('./host/net/underlay.js')).netUnderlay),
      'net-move': loaded(async () => (await moves()).netMove),
      'net-undo': loaded(async () => (await moves()).netUndo),
      'net-confirm': loaded(async () => (await moves()).netConfirm),
      'net-pending': loaded(async () => (await moves()).netPending),
    },
    scanned: [...new Set([...Object.keys(scanTypes), ...types.flatMap(({type, reader}) => (reader ? [type] : []))])],
  }
}

const moves = () => import('./host/net-move/handlers.js')

/** What the host itself is does not depend on the session type that is listed. */
function listingHost(driver: Driver): Driver {
  const {list} = driver.verbs
  return list === undefined ? driver : {...driver, verbs: {...driver.verbs, list: withHostRow(list)}}
}
