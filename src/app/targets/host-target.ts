import {ConnectError} from '../../domain/errors.js'
import type {Target} from '../../domain/target.js'
import {ownHost, recordedHost} from '../../lib/host-name.js'
import {parseTarget} from '../../parse/target/parse-target.js'

/** How a host of the inventory is reached. Throws NAME_NOT_RESOLVED for what is no name of one: it came from a file. */
export function hostTarget(name: string, user: string | undefined): Target {
  const faults: string[] = []
  const read = parseTarget(name, faults)
  if (read?.user !== undefined) faults.push(`host '${name}': it names a user`)
  if (read === undefined || faults.length > 0) throw unaskableHost(name, faults)
  const isHere = recordedHost(name) === ownHost
  return {...(isHere ? {host: 'localhost'} : read), ...(user !== undefined && {user})}
}

/** The same; undefined for what is no name of a host, where somebody else says so. */
export function hostTargetIfAny(name: string, user: string | undefined): Target | undefined {
  try {
    return hostTarget(name, user)
  } catch {
    return undefined
  }
}

/** A name that came from a file and that no host can have. */
export function unaskableHost(name: string, faults: readonly string[] = [`'${name}'`]): ConnectError {
  return new ConnectError('NAME_NOT_RESOLVED', `the inventory has a host it cannot ask: ${faults.join('; ')}`, {
    hint: 'ctys inventory edit puts it right',
  })
}
