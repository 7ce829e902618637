/**
 * The way to a place on a host: what the transport forwards, else what the host itself has to join two ends (socat, nc,
 * python3, perl) through the same session, since an sshd may forward neither sockets nor ports.
 */
import type {Duplex} from 'node:stream'
import {CtysError} from '../../../domain/errors.js'
import type {HostStream, OpenLimits} from '../../../domain/ports/host-stream.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {relayScript} from '../remote/relay.js'
import type {Proven} from './proof.js'
import {withoutTelnet} from './telnet.js'

export type Way = Extract<Proven, {to: object}>

/** The stream belongs to the caller. Throws ConnectError UNREACHABLE, with what both ways said. */
export async function openWay(
  session: HostSession,
  {to, telnet}: Pick<Way, 'to' | 'telnet'>,
  limits: OpenLimits,
): Promise<Duplex> {
  const stream = await session.open(to, limits).catch((error: unknown) => {
    if (!(error instanceof CtysError && error.code === 'UNREACHABLE')) throw error
    return relayed(session, to, limits)
  })
  return telnet ? withoutTelnet(stream) : stream
}

function relayed(session: HostSession, to: Way['to'], limits: OpenLimits): Promise<HostStream> {
  const args = 'unix' in to ? ['unix', to.unix] : ['tcp', String(to.tcp), to.address ?? '127.0.0.1']
  return session.open({argv: ['sh', '-c', relayScript.text, relayScript.name, ...args]}, limits)
}
