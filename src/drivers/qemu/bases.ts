/** Relative bases of a machine address (`b:vm`) start at the home directory of the account, which only the host knows. */
import {posix} from 'node:path'
import {PreconditionError} from '../../domain/errors.js'
import type {MachineAddress} from '../../domain/machine/machine-address.js'
import type {HostSession, RemoteScript} from '../../domain/ports/ports.js'
import {formatTarget} from '../../domain/target.js'
import {cleanBase} from './paths.js'

/** Prints the home directory as it is called and, on a second line, where it lies when links are followed. */
const homeScript: RemoteScript = {
  name: 'home',
  text: `\
home=\${HOME-}
[ -n "$home" ] || exit 0
printf '%s\\n' "$home"
CDPATH='' cd -- "$home" 2>/dev/null && pwd -P
`,
}

/**
 * The address with absolute bases only, so that a base is a filter like any other part. Throws PreconditionError
 * BASE_MISSING where the host does not tell the home directory: what cannot be checked must select nothing.
 */
export async function withAbsoluteBases(
  address: MachineAddress,
  {session, signal}: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<MachineAddress> {
  const bases = address.basePaths?.map((base) => base.replace(/^~(?=\/|$)/, '.'))
  if (bases === undefined || bases.every(posix.isAbsolute)) return address
  const {stdout} = await session.script(homeScript, [], {signal, deadlineMs: 10_000, maxBytes: 65_536})
  const homes = [...new Set(stdout.toString().split('\n').filter(posix.isAbsolute))]
  if (homes.length === 0) {
    const host = formatTarget(session.target)
    const named = bases.filter((base) => !posix.isAbsolute(base)).join(', ')
    throw new PreconditionError('BASE_MISSING', `${host}: where ${named} lies is not known: the account has no home`, {
      hint: 'name the base by its absolute path',
    })
  }
  const absolute = bases.flatMap((base) =>
    posix.isAbsolute(base) ? [base] : homes.map((home) => cleanBase(posix.join(home, base))),
  )
  return {...address, basePaths: absolute}
}
