/**
 * Which program runs a machine that is not one of ctys, and that program's own command to shut it down. Told by the
 * command line each of them writes and by the cgroup it puts its machines in; a guess of who to ask, never evidence.
 */
import type {ManagedFacts, Manager, Recognise} from './managers/manager.js'
import {ofContainers, ofHosts} from './managers/of-hosts.js'
import {beforeLibvirt, ofPersons} from './managers/of-persons.js'
import {onLibvirt} from './managers/on-libvirt.js'

export type {Manager} from './managers/manager.js'

const recognisers: readonly Recognise[] = [...ofHosts, ...beforeLibvirt, ...onLibvirt, ...ofPersons, ...ofContainers]

/** The first that fits. */
export function managerOf(facts: ManagedFacts): Manager | undefined {
  for (const recognise of recognisers) {
    const manager = recognise(facts)
    if (manager !== undefined) return manager
  }
  return undefined
}
