/** What the inventory warns of before a machine is started: told in front of everything else, and in the JSON body. */
import type {Collision, CollisionKind, TaskCollision} from '../../domain/machine/collision.js'
import {formatTarget} from '../../domain/target.js'
import {listNames} from '../../lib/list-names.js'

/** Lines without line ends, not escaped yet. */
export function collisionWarnings(collisions: readonly TaskCollision[]): readonly string[] {
  if (collisions.length === 0) return []
  const lines = collisions.map(({target, record, collision: {kind, value}, others}) => {
    const places = listNames(others.map(({host, label, id}) => `${label} on ${host} (${id})`))
    return `${formatTarget(target)}: collision: the ${names[kind] ?? kind} ${value} of ${record.label} is also that of ${places}`
  })
  return [...lines, '  next: ctys inventory check; scan again where the inventory is old']
}

export function collisionsBody(collisions: readonly TaskCollision[]): {readonly collisions?: readonly Collision[]} {
  return collisions.length === 0 ? {} : {collisions: [...new Set(collisions.map(({collision}) => collision))]}
}

const names: Readonly<Partial<Record<CollisionKind, string>>> = {
  uuid: 'UUID',
  disk: 'disk',
  mac: 'MAC address',
  ip: 'IP address',
  vnc: 'VNC port',
}
