import {createConnection} from 'node:net'
import {ConnectError} from '../domain/errors.js'
import {formatTarget, type Target} from '../domain/target.js'

/** What sshd says in front of its identification is short (RFC 4253 section 4.2); more is not looked at. */
export const greetingBytes = 512

/**
 * The error for a connection that sshd closed before its identification, by what it said instead; undefined when that
 * names no limit. sshd.c says "Exceeded MaxStartups" up to 9.7 and since 9.8 "Not allowed at this time", the latter of
 * MaxStartups, PerSourceMaxStartups and PerSourcePenalties alike.
 */
export function loginsLimited(target: Target, greeting: string, cause?: unknown): ConnectError | undefined {
  const name = formatTarget(target)
  if (/^Exceeded MaxStartups/m.test(greeting)) {
    return new ConnectError('LOGINS_LIMITED', `${name}: sshd drops logins: too many at a time (MaxStartups)`, {
      hint: "others may log in there as well; where it is yours raise MaxStartups in the host's sshd_config",
      load: 'limited',
      cause,
    })
  }
  if (/^Not allowed at this time/m.test(greeting)) {
    const message = `${name}: sshd lets this machine in no more for now: a penalty (PerSourcePenalties) or too many logins at a time (MaxStartups)`
    return new ConnectError('LOGINS_LIMITED', message, {
      hint: "try again in a minute; the reason stands in the host's log of sshd, and PerSourcePenaltyExemptList in its sshd_config exempts this machine",
      load: 'refused',
      cause,
    })
  }
  return undefined
}

/** What a server says first, or nothing within `ms`. For a client that does not tell. Never rejects. */
export function readGreeting(host: string, port: number, ms = 2_000): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    const socket = createConnection({host, port})
    const done = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(said)
    }
    const timer = setTimeout(done, ms)
    socket.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(0, greetingBytes)
      if (said.includes('\n')) done()
    })
    socket.once('error', done)
    socket.once('close', done)
  })
}
