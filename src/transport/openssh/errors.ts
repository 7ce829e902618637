import type {ErrorCode} from '../../domain/error-codes.js'
import {ConfigError, ConnectError, type CtysError, type LoadSign} from '../../domain/errors.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {connectionHint} from '../hints.js'
import type {SshSettings} from '../ssh-config/types.js'

/**
 * What the OpenSSH client prints when it gives up, first match wins. This is the one place of ctys where text decides,
 * because the client has a single exit status (255) for all of it. Messages of OpenSSH 7.4 to 10 in the C locale, from
 * ssh.c, sshconnect.c, sshconnect2.c, sshkey.c and kex.c.
 */
const meanings: readonly (readonly [RegExp, ErrorCode])[] = [
  [/Could not resolve hostname/, 'NAME_NOT_RESOLVED'],
  [/marked as revoked|REVOKED HOST KEY|is revoked/i, 'HOST_KEY_REVOKED'],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/, 'HOST_KEY_CHANGED'],
  [/[Cc]ertificate invalid: (expired|not yet valid)/, 'HOST_CERT_EXPIRED'],
  [/[Cc]ertificate invalid: |[Cc]ertificate .*not a listed principal|lacks principal list/, 'HOST_CERT_FOREIGN'],
  [/host key is known for|Host key verification failed/, 'HOST_KEY_UNKNOWN'],
  [/Unable to negotiate|no matching .* found|[Ii]nvalid key length|key length too small/, 'NO_COMMON_ALGORITHM'],
  [/Permission denied \(|Too many authentication failures|No more authentication methods/, 'AUTH_FAILED'],
  [/[Tt]imed? ?out/, 'CONNECT_TIMEOUT'],
  [/Bad configuration option|Bad owner or permissions|terminating, \d+ bad configuration/, 'SSH_CONFIG'],
  [
    /Connection refused|No route to host|unreachable|Connection (reset|closed)|kex_exchange_identification/,
    'UNREACHABLE',
  ],
  [/stdio forwarding failed|UNKNOWN port 65535|administratively prohibited/, 'UNREACHABLE'],
]

/** undefined when ssh's messages name no fault of the connection. */
export function classifySshMessages(text: string): ErrorCode | undefined {
  return meanings.find(([pattern]) => pattern.test(text))?.[1]
}

/** sshd closed the connection before its first word, as it does at random beyond MaxStartups, or never said it. */
function loadSign(text: string): LoadSign | undefined {
  const dropped =
    /(kex|ssh)_exchange_identification: (Connection closed|(read|write): )|connect to host .*: Connection reset/
  if (dropped.test(text)) return 'dropped'
  return /Connection timed out during banner exchange/.test(text) ? 'silent' : undefined
}

/** The error for a client that ended with status 255, or undefined when the messages say nothing. */
export function opensshError(target: Target, settings: SshSettings, text: string): CtysError | undefined {
  const code = classifySshMessages(text)
  if (code === undefined) return undefined
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^@+$/.test(line.trim()))
  const told = lines.find((line) => meanings.some(([pattern, about]) => about === code && pattern.test(line)))
  const tooMany = /Too many authentication failures/.test(text)
  const hint = connectionHint(tooMany ? 'TOO_MANY_KEYS' : code, {target, settings, message: told ?? ''})
  const load = loadSign(text)
  const extras = {...(hint !== undefined && {hint}), details: lines.slice(-12), ...(load !== undefined && {load})}
  const message = `${formatTarget(target)}: ${(told ?? code).trim().replace(/^@\s*|\s*@$/g, '')}`
  return code === 'SSH_CONFIG' ? new ConfigError(code, message, extras) : new ConnectError(code, message, extras)
}
