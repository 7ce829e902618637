/** What a session of ssh2 opens beside its shell: channels of their own on the same connection. */

import type {ClientChannel} from 'ssh2'
import type {HostStream, OpenLimits, StreamTo} from '../../domain/ports/host-stream.js'
import type {HostSession} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import {interrupted} from '../../lib/deadline.js'
import {Gate} from '../../lib/gate.js'
import {remoteCommand} from '../shell/errors.js'
import {asHostStream, commandStream, openError, openInTime} from '../shell/host-stream.js'
import type {ShellChannel} from '../shell/shell-session.js'
import type {OwnedClient} from './owned-client.js'

/** With the shell four channels, which every sshd allows. */
const maxStreams = 3

/** Signs in once more. */
type Another = (signal?: AbortSignal) => Promise<OwnedClient>

export function streamOpener(client: OwnedClient, target: Target, another: Another): HostSession['open'] {
  const streams = new Gate(maxStreams)
  return (to, limits = {}) =>
    new Promise((resolve, reject) => {
      // the time counts from the turn, which lasts until the stream is closed
      const hold = async (): Promise<void> => {
        try {
          const stream = await openInTime(openStream(client, {target, to, another}, limits), {target, to}, limits)
          const closed = new Promise((free) => stream.once('close', free))
          resolve(stream)
          await closed
        } catch (error) {
          reject(error)
        }
      }
      streams.enter(hold, limits.signal).catch(() => reject(interrupted()))
    })
}

interface Place {
  readonly target: Target
  readonly to: StreamTo
  readonly another: Another
}

async function openStream(client: OwnedClient, {target, to, another}: Place, limits: OpenLimits): Promise<HostStream> {
  if ('argv' in to) return commandStream(await openShell(client, {target, to, another}, limits), {target, to}, limits)
  return new Promise((resolve, reject) => {
    const opened = (error: Error | undefined, stream: ClientChannel): void => {
      if (error) reject(openError(target, to, error.message, error))
      else resolve(asHostStream(stream))
    }
    if ('unix' in to) client.openssh_forwardOutStreamLocal(to.unix, opened)
    else client.forwardOut('127.0.0.1', 0, to.address ?? '127.0.0.1', to.tcp, opened)
  })
}

/**
 * A second shell on the connection; where sshd allows one session only (MaxSessions 1 of sshd_config(5)) on one of its
 * own, as the OpenSSH client does it. That one ends with its shell.
 */
async function openShell(client: OwnedClient, {target, to, another}: Place, limits: OpenLimits): Promise<ShellChannel> {
  try {
    return streamChannel(await execShell(client))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (!isRefusal(error)) throw openError(target, to, why, error)
    const own = await another(limits.signal).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const text = `sshd opens no further session on the connection (MaxSessions?): ${why}; and on one of its own: ${reason}`
      throw openError(target, to, text, cause)
    })
    own.on('error', () => undefined) // the end of the channel tells
    const end = (): void => void own.destroy()
    try {
      const stream = await execShell(own)
      stream.once('close', end)
      return streamChannel(stream, end)
    } catch (cause) {
      end()
      throw openError(target, to, cause instanceof Error ? cause.message : String(cause), cause)
    }
  }
}

/** SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254 section 5.1) has a reason code. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number'
}

function execShell(client: OwnedClient): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the connection ended'))
    client.once('close', gone)
    client.exec(remoteCommand, (error, stream) => {
      client.off('close', gone)
      if (error) reject(error)
      else resolve(stream)
    })
  })
}

/** A channel of its own on a connection that goes on, unless `end` ends it. */
function streamChannel(stream: ClientChannel, end: () => void = () => undefined): ShellChannel {
  const closed = new Promise<string>((resolve) => {
    let reason = 'the command ended'
    stream.on('exit', (code: number | null, name?: string) => {
      reason = code === null ? `${name} ended the command` : `the command ended with status ${code}`
    })
    stream.once('close', () => resolve(reason))
  })
  const destroy = (): void => {
    stream.destroy()
    end()
  }
  return {stdin: stream, stdout: stream, stderr: stream.stderr, closed, destroy}
}
