import {PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {NetAsk} from '../../../domain/work/net.js'
import {netLookScript} from '../remote/net-look.js'
import {type NetFacts, readFacts} from './facts.js'

type Asked = Pick<NetAsk, 'user' | 'sock' | 'mgmt'> & {
  readonly name?: string
  readonly group?: string
  readonly whole?: true
}

/** Throws PreconditionError COMMAND_FAILED. */
export async function lookAtNet(
  {name = '', user = '', group = '', sock = '', mgmt = '', whole}: Asked,
  {session, signal}: Pick<HostContext, 'session' | 'signal'>,
): Promise<NetFacts> {
  const {stdout, stderr} = await session.script(netLookScript, [name, user, group, sock, mgmt, whole ? 'whole' : ''], {
    deadlineMs: 30_000,
    signal,
  })
  session.hold(stdout.length)
  const facts = readFacts(stdout.toString())
  if (facts !== undefined) return facts
  throw new PreconditionError(
    'COMMAND_FAILED',
    `${formatTarget(session.target)}: its networks could not be looked at`,
    {
      details: stderr.toString().split('\n').filter(Boolean).slice(0, 10),
    },
  )
}
