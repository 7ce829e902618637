import type {ErrorCode} from '../../domain/error-codes.js'
import {ConfigError, ConnectError, type CtysError, type LoadSign} from '../../domain/errors.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {connectionHint} from '../hints.js'
import {authorityFor} from '../known-hosts/known-hosts.js'
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
  [/Protocol major versions differ|Bad packet length|ssh_dispatch_run_fatal|Corrupted MAC/, 'UNREACHABLE'],
  // the host is not in question where a program or an option of the settings failed
  [/KnownHostsCommand\S* .*(failed|exited)|unknown key %|percent_expand: /, 'SSH_CONFIG'],
  [/connect to host .* port \d+: /, 'UNREACHABLE'],
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

/**
 * The same error, or what an unknown key means where known_hosts has an authority for the host: the client looks for a
 * certificate of it, and without one for the plain key.
 */
export async function withAuthority(error: CtysError, target: Target, settings: SshSettings): Promise<CtysError> {
  const {hostKeyNames, userKnownHostsFiles, globalKnownHostsFiles} = settings
  const isOurs = [error.message, ...(error.details ?? [])].some((line) =>
    hostKeyNames.some((name) => line.includes(name)),
  )
  if (error.code !== 'HOST_KEY_UNKNOWN' || !isOurs) return error
  const files = [...userKnownHostsFiles, ...globalKnownHostsFiles]
  const authority = await authorityFor({files, names: hostKeyNames}).catch(() => undefined)
  if (authority === undefined) return error
  const message = `${formatTarget(target)}: the host shows no certificate of the authority in ${authority}, and its key is not known`
  const hint = connectionHint('HOST_CERT_FOREIGN', {target, settings})
  const {details = []} = error
  return new ConnectError('HOST_CERT_FOREIGN', message, {details, cause: error, ...(hint !== undefined && {hint})})
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
  const more = lines.filter((line) => line !== told).slice(-12)
  const extras = {
    ...(hint !== undefined && {hint}),
    ...(more.length > 0 && {details: more}),
    ...(load !== undefined && {load}),
  }
  const message = `${formatTarget(target)}: ${(told ?? code).trim().replace(/^@\s*|\s*@$/g, '')}`
  return code === 'SSH_CONFIG' ? new ConfigError(code, message, extras) : new ConnectError(code, message, extras)
}
