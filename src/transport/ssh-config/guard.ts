import {ConfigError} from '../../domain/errors.js'
import {formatTarget, type Target} from '../../domain/target.js'

/**
 * What may not stand in a host name: blanks and control characters, the characters of shells (as OpenSSH refuses since
 * 9.6, CVE-2023-51385), what parts user, URI, list and pattern, and brackets. An IPv6 address with a zone passes.
 */
const unsafeInHost = /[\s\p{C}'"`$\\;&<>|(){}[\]@/,#*?!=]/u
/** A backslash may part domain and user (`DOMAIN\\user`), a dollar may end a name (`HOST$`), as for ssh itself. */
const unsafeInUser = /[\s\p{C}'"`;&<>|(){}]|\$(?!$)|\\(?![\p{L}\p{N}_.])/u

/**
 * Refuses names that could become an option or a word of a shell in ssh's hands or in a configuration that uses %h and
 * %r there. Throws ConfigError SSH_CONFIG. The same rule is asked of jump hosts.
 */
export function guardTarget(target: Target): void {
  const {host, user, port} = target
  const fault =
    nameFault('host name', host, unsafeInHost) ??
    (user === undefined ? undefined : nameFault('user name', user, unsafeInUser)) ??
    (port === undefined || (Number.isInteger(port) && port >= 1 && port <= 65535) ? undefined : `bad port ${port}`)
  if (fault !== undefined) {
    throw new ConfigError('SSH_CONFIG', `${JSON.stringify(formatTarget(target))}: ${fault}`, {
      hint: 'give such a host a plain name with HostName and User in your ssh configuration',
    })
  }
}

function nameFault(what: string, name: string, unsafe: RegExp): string | undefined {
  if (name === '') return `the ${what} is empty`
  if (name.startsWith('-')) return `the ${what} begins with a hyphen`
  const found = unsafe.exec(name)
  return found === null ? undefined : `the ${what} holds ${JSON.stringify(found[0])}`
}
