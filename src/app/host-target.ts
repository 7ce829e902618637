import {ConnectError} from '../domain/errors.js'
import {type Target, targetOfHost} from '../domain/target.js'
import {parseTarget} from '../parse/parse-target.js'

/** How a host of the inventory is reached. Throws NAME_NOT_RESOLVED for what is no name of one: it came from a file. */
export function hostTarget(name: string, localName: string, user: string | undefined): Target {
  const faults: string[] = []
  const read = parseTarget(name, faults)
  if (read?.user !== undefined) faults.push('it names a user')
  if (faults.length > 0) throw new ConnectError('NAME_NOT_RESOLVED', `it was not asked: ${faults.join('; ')}`)
  return targetOfHost(name, localName, user)
}
