/** The switch of a network: its process and its two sockets. */
import {PreconditionError} from '../../../domain/errors.js'
import type {PlaceState} from './facts.js'
import {otherSwitch, ownSwitch, recordOf} from './names.js'
import type {Wanted} from './plan-types.js'
import {type Step, startSwitch, stopSwitch} from './steps.js'

/** Throws PreconditionError NET_FOREIGN or NET_IN_USE. */
export function switchSteps(wanted: Wanted, tap: string | undefined): readonly Step[] {
  const {facts, ask, parts, owner, host} = wanted
  const own = ownSwitch(parts, owner.uid, facts)
  const start = startSwitch(facts, parts, {tap, group: ask.group})
  if (own === undefined) return [...leftovers(wanted), start]
  const faults = faultsOf(wanted, own.pid, tap)
  if (faults.length === 0) return []
  if (ask.force !== true) {
    throw new PreconditionError(
      'NET_IN_USE',
      `${host}: the switch of network ${parts.name} (process ${own.pid}) runs, but ${faults.join(' and ')}`,
      {hint: 'guests on it stay connected; -f starts it anew, and cuts them off'},
    )
  }
  return [stopSwitch(parts, own), start]
}

function faultsOf({facts, parts}: Wanted, pid: number, tap: string | undefined): readonly string[] {
  const {sock, mgmt} = facts.places ?? {}
  const link = tap === undefined ? undefined : facts.links.get(tap)
  const sees = facts.open.some((one) => one.pid === pid)
  const has = facts.open.some((one) => one.pid === pid && one.link === tap)
  return [
    ...(sock?.listens === true ? [] : [`nobody answers at ${parts.sock}`]),
    ...(mgmt?.listens === true ? [] : [`nobody answers at ${parts.mgmt}`]),
    ...(tap === undefined || has || (!sees && link?.carrier === true) ? [] : [`its TAP ${tap} is not on it`]),
  ]
}

/** What a switch that is dead left in its place; what is another's stays. */
function leftovers({facts, parts, owner, host}: Wanted): readonly Step[] {
  if (facts.places === undefined) return []
  const {sock, mgmt} = facts.places
  for (const place of [sock, mgmt]) {
    const kind = place === sock ? 'directory' : 'socket'
    if (place.kind === 'none' || (place.kind === kind && place.uid === owner.uid && !place.listens && isOurs(place)))
      continue
    const user = facts.users.get(place.uid) ?? String(place.uid)
    // its words are a claim: that somebody listens is what counts
    const other = otherSwitch(parts, undefined, facts)
    const who = other === undefined ? 'somebody' : `process ${other.pid} of ${facts.users.get(other.uid) ?? other.uid}`
    const what = place.listens ? `${who} takes connections there` : `it is a ${place.kind} of ${user}`
    throw new PreconditionError(
      'NET_FOREIGN',
      `${host}: ${place.path} is there already: ${what}; it was left as it is`,
      {
        hint: 'give this network another name: --name NAME, or other sockets: -s PATH -S PATH',
      },
    )
  }
  return sock.kind === 'none' && mgmt.kind === 'none' ? [] : [stopSwitch(parts, undefined)]

  /** The classic names are for nothing else; other places have to be on record. */
  function isOurs({path}: PlaceState): boolean {
    const {base} = facts
    const own = [
      `${base.path}/vde_switch${parts.name}.${parts.user}`,
      `${base.path}/vde_mgmt${parts.name}.${parts.user}`,
    ]
    const record = recordOf(parts, owner.uid, facts)
    return own.includes(path) || record?.values.get('sock') === path || record?.values.get('mgmt') === path
  }
}
