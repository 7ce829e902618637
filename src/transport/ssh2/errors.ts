import {ConnectError} from '../../domain/errors.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {here} from '../../lib/command-on.js'
import {configFileOf, connectionHint, type Fault, sshWords} from '../hints.js'
import {readKnownHosts} from '../known-hosts/file.js'
import type {HostKeyVerdict} from '../known-hosts/known-hosts.js'
import {fingerprint} from '../known-hosts/known-hosts.js'
import {loginsLimited} from '../refusals.js'
import type {SshSettings} from '../ssh-config/types.js'
import {blobType} from './keys-file.js'

/** This connection needs the OpenSSH client; the router answers it by asking that one. */
export class NeedsOpenssh extends Error {
  /** What it means where that client may not be asked. */
  readonly otherwise: ConnectError | undefined

  constructor(reason: string, otherwise?: ConnectError) {
    super(reason)
    this.otherwise = otherwise
  }
}

export interface Connecting {
  readonly target: Target
  readonly settings: SshSettings
}

/**
 * What a failed connection of ssh2 means, by `level` and `code` of its error. RFC 4252 section 7: a server that accepts
 * none of the keys answers every one with a failure, which ssh2 reports as level client-authentication.
 */
export function connectError(at: Connecting, error: unknown, tried: readonly string[]): ConnectError {
  const {target, settings} = at
  const name = formatTarget(target)
  const where = `${settings.hostName} port ${settings.port}`
  const {level, code} = (error ?? {}) as {level?: unknown; code?: unknown}
  const text = error instanceof Error && error.message !== '' ? error.message : String(code ?? error)
  if (level === 'client-dns' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return new ConnectError('NAME_NOT_RESOLVED', `${name}: no address for the name ${settings.hostName}`, {
      ...hintFor('NAME_NOT_RESOLVED', at),
      cause: error,
    })
  }
  if (level === 'client-authentication') {
    const message = `${name}: the host accepts none of our keys for the user ${settings.user}`
    return new ConnectError('AUTH_FAILED', message, {
      ...hintFor('AUTH_FAILED', at),
      details: tried.length > 0 ? tried : ['there was no key to offer'],
      cause: error,
    })
  }
  if (level === 'handshake') {
    return new ConnectError('NO_COMMON_ALGORITHM', `${name}: ${text}`, {
      ...hintFor('NO_COMMON_ALGORITHM', {...at, message: text}),
      cause: error,
    })
  }
  if (code === 'ETIMEDOUT' || level === 'client-timeout')
    return timeoutError(at, settings.connectTimeoutMs, {cause: error})
  return new ConnectError('UNREACHABLE', `${name}: cannot connect to ${where}: ${text}`, {
    hint: `check that the host is up and that sshd listens on port ${settings.port}`,
    cause: error,
  })
}

/** The error for a server that ended the connection before its identification; undefined when that is not what it is. */
export function dropError(at: Connecting, error: unknown, greeting: string): ConnectError | undefined {
  if (/^SSH-/m.test(greeting)) return undefined
  const named = loginsLimited(at.target, greeting, error)
  if (named !== undefined) return named
  const {code, message} = (error ?? {}) as {code?: unknown; message?: unknown}
  const isDrop = code === 'ECONNRESET' || code === 'EPIPE' || message === 'Connection lost before handshake'
  if (!isDrop) return undefined
  const {hostName, port} = at.settings
  return new ConnectError(
    'UNREACHABLE',
    `${formatTarget(at.target)}: ${hostName} port ${port} closes the connection at once`,
    {
      hint: `sshd does so beyond its MaxStartups, and others for addresses they block; see what the host's log of sshd says`,
      load: 'dropped',
      cause: error,
    },
  )
}

/** `isTaken`: the host took the connection and then said nothing. */
export function timeoutError(
  at: Connecting,
  ms: number,
  {isTaken = false, cause}: {readonly isTaken?: boolean; readonly cause?: unknown} = {},
): ConnectError {
  const {target, settings} = at
  const message = `${formatTarget(target)}: ${settings.hostName} port ${settings.port} did not answer within ${ms / 1000} s`
  return new ConnectError('CONNECT_TIMEOUT', message, {
    hint: `a longer limit is ConnectTimeout in ${configFileOf(settings)}`,
    ...(isTaken && {load: 'silent'}),
    cause,
  })
}

/** The refusal of a host key. The hints keep the person in the loop: none of them trusts a key unseen. */
export async function hostKeyError(at: Connecting, key: Buffer, verdict: HostKeyVerdict): Promise<ConnectError> {
  const {target, settings} = at
  const name = formatTarget(target)
  const shows = `${blobType(key)} ${fingerprint(key)}`
  const [knownAs = settings.hostName] = settings.hostKeyNames
  switch (verdict.verdict) {
    case 'changed': {
      const entry = (await readKnownHosts(verdict.file)).find(({line}) => line === verdict.line)
      const known = entry === undefined ? verdict.knownType : `${entry.type} ${fingerprint(entry.key)}`
      return new ConnectError('HOST_KEY_CHANGED', `${name}: the host key differs from the known one: now ${shows}`, {
        hint: `only if the change is proven, at the host's own console: ${here`ssh-keygen -R ${knownAs} -f ${verdict.file}`}`,
        details: [`known: ${known} (${verdict.file}:${verdict.line})`, `shown: ${shows}`],
      })
    }
    case 'revoked':
      return new ConnectError('HOST_KEY_REVOKED', `${name}: the host key is revoked: ${shows}`, {
        hint: `whoever wrote ${verdict.file}:${verdict.line} knows why; the host needs a new key`,
        details: [`revoked in ${verdict.file}:${verdict.line}`],
      })
    default: {
      const file = settings.userKnownHostsFiles[0] ?? settings.globalKnownHostsFiles[0] ?? 'any known_hosts file'
      return new ConnectError('HOST_KEY_UNKNOWN', `${name}: the host key is not known: ${shows}`, {
        hint: `compare that fingerprint, then accept it once: ssh -o StrictHostKeyChecking=ask ${sshWords(at)} true`,
        details: [`no line for ${knownAs} in ${file}`, `at the host: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub`],
      })
    }
  }
}

/** A server that ends the connection while it decides who we are (RFC 4252): it was offered too many keys. */
export function refusedKeys(at: Connecting, error: Error, tried: readonly string[]): ConnectError {
  return new ConnectError('AUTH_FAILED', `${formatTarget(at.target)}: the host says: ${error.message}`, {
    ...hintFor('TOO_MANY_KEYS', at),
    details: tried,
    cause: error,
  })
}

function hintFor(code: Parameters<typeof connectionHint>[0], fault: Fault): {readonly hint?: string} {
  const hint = connectionHint(code, fault)
  return hint === undefined ? {} : {hint}
}
