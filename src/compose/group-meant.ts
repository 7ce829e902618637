import {ConnectError} from '../domain/errors.js'
import type {GroupSource} from '../domain/ports/ports.js'
import type {Target} from '../domain/target.js'
import {pastable} from '../lib/shell-quote.js'

/** The same error; where the name that has no address is that of a group, with the group as the next step. */
export async function orGroupMeant(error: unknown, {host}: Target, groups: GroupSource): Promise<unknown> {
  if (!(error instanceof ConnectError) || error.code !== 'NAME_NOT_RESOLVED') return error
  if (host.toLowerCase() !== 'all' && (await groups.load(host)) === undefined) return error
  const {code, message, details = []} = error
  const hint = `a group is named with an @: ${pastable(`@${host}`)}`
  return new ConnectError(code, message, {hint, cause: error, ...(details.length > 0 && {details})})
}
