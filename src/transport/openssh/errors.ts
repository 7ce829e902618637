import type {ErrorCode} from '../../domain/error-codes.js'
import {ConfigError, ConnectError, type CtysError} from '../../domain/errors.js'
import {formatTarget, type Target} from '../../domain/target.js'

/**
 * What the OpenSSH client prints when it gives up, first match wins. This is the one place of ctys where text decides,
 * because the client has a single exit status (255) for all of it. Messages of OpenSSH 7.4 to 10 in the C locale, from
 * ssh.c, sshconnect.c, sshconnect2.c and kex.c.
 */
const meanings: readonly (readonly [RegExp, ErrorCode])[] = [
  [/Could not resolve hostname/, 'NAME_NOT_RESOLVED'],
  [/marked as revoked|REVOKED HOST KEY|is revoked/i, 'HOST_KEY_REVOKED'],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/, 'HOST_KEY_CHANGED'],
  [/host key is known for|Host key verification failed/, 'HOST_KEY_UNKNOWN'],
  [/Permission denied \(|Too many authentication failures|No more authentication methods/, 'AUTH_FAILED'],
  [/[Tt]imed? ?out/, 'CONNECT_TIMEOUT'],
  [/Bad configuration option|Bad owner or permissions|terminating, \d+ bad configuration/, 'SSH_CONFIG'],
  [
    /Connection refused|No route to host|unreachable|Connection (reset|closed)|kex_exchange_identification/,
    'UNREACHABLE',
  ],
  [/Unable to negotiate|stdio forwarding failed|UNKNOWN port 65535|administratively prohibited/, 'UNREACHABLE'],
]

/** undefined when ssh's messages name no fault of the connection. */
export function classifySshMessages(text: string): ErrorCode | undefined {
  return meanings.find(([pattern]) => pattern.test(text))?.[1]
}

/** sshd closed the connection before its first word, as it does at random beyond MaxStartups. */
export function isDrop(messages: readonly string[] = []): boolean {
  return messages.some((line) => /kex_exchange_identification: (Connection closed|read: Connection reset)/.test(line))
}

const hints: Partial<Record<ErrorCode, (host: string) => string>> = {
  HOST_KEY_UNKNOWN: (host) =>
    `compare the fingerprint it shows with the host's own, then accept it once: ssh -o StrictHostKeyChecking=ask ${host} true`,
  HOST_KEY_CHANGED: () =>
    "only if the change is proven, at the host's own console: remove the old line with ssh-keygen -R",
  AUTH_FAILED: (host) => `see which keys are tried: ssh -v ${host} true`,
}

/** The error for a client that ended with status 255, or undefined when the messages say nothing. */
export function opensshError(target: Target, text: string): CtysError | undefined {
  const code = classifySshMessages(text)
  if (code === undefined) return undefined
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^@+$/.test(line.trim()))
  const host = target.user === undefined ? target.host : `${target.user}@${target.host}`
  const hint = hints[code]?.(host)
  const told = lines.find((line) => meanings.some(([pattern, about]) => about === code && pattern.test(line)))
  const extras = {...(hint !== undefined && {hint}), details: lines.slice(-12)}
  const message = `${formatTarget(target)}: ${(told ?? code).trim().replace(/^@\s*|\s*@$/g, '')}`
  return code === 'SSH_CONFIG' ? new ConfigError(code, message, extras) : new ConnectError(code, message, extras)
}
