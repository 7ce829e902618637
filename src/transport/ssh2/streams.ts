/** What a session of ssh2 opens beside its shell: channels of their own on the same connection. */

import type {Client, ClientChannel} from 'ssh2'
import type {HostStream, OpenLimits, StreamTo} from '../../domain/ports/host-stream.js'
import type {HostSession} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import {interrupted} from '../../lib/deadline.js'
import {Gate} from '../../lib/gate.js'
import {remoteCommand} from '../shell/errors.js'
import {asHostStream, commandStream, openError, openInTime} from '../shell/host-stream.js'
import type {ShellChannel} from '../shell/shell-session.js'

/** With the shell four channels, which every sshd allows. */
const maxStreams = 3

export function streamOpener(client: Client, target: Target): HostSession['open'] {
  const streams = new Gate(maxStreams)
  return (to, limits = {}) =>
    new Promise((resolve, reject) => {
      // the time counts from the turn, which lasts until the stream is closed
      const hold = async (): Promise<void> => {
        try {
          const stream = await openInTime(openStream(client, target, to, limits), {target, to}, limits)
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

function openStream(client: Client, target: Target, to: StreamTo, limits: OpenLimits): Promise<HostStream> {
  return new Promise((resolve, reject) => {
    const opened = (error: Error | undefined, stream: ClientChannel): void => {
      if (error) reject(openError(target, to, error.message, error))
      else if ('argv' in to) resolve(commandStream(streamChannel(stream), {target, to}, limits))
      else resolve(asHostStream(stream))
    }
    if ('unix' in to) client.openssh_forwardOutStreamLocal(to.unix, opened)
    else if ('tcp' in to) client.forwardOut('127.0.0.1', 0, to.address ?? '127.0.0.1', to.tcp, opened)
    else client.exec(remoteCommand, opened)
  })
}

/** A channel of its own on a connection that goes on. */
function streamChannel(stream: ClientChannel): ShellChannel {
  const closed = new Promise<string>((resolve) => {
    let reason = 'the command ended'
    stream.on('exit', (code: number | null, name?: string) => {
      reason = code === null ? `${name} ended the command` : `the command ended with status ${code}`
    })
    stream.once('close', () => resolve(reason))
  })
  return {stdin: stream, stdout: stream, stderr: stream.stderr, closed, destroy: () => void stream.destroy()}
}
