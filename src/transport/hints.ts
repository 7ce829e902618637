import type {ErrorCode} from '../domain/error-codes.js'
import type {Target} from '../domain/target.js'
import {here} from '../lib/command-on.js'
import {pastable} from '../lib/shell-quote.js'
import type {SshSettings} from './ssh-config/types.js'

export interface Fault {
  readonly target: Target
  readonly settings: SshSettings
  /** What the other side or the client said. */
  readonly message?: string
}

/** The next step after a connection that failed, the same over every transport; undefined where none is known. */
export function connectionHint(code: ErrorCode | 'TOO_MANY_KEYS', fault: Fault): string | undefined {
  const {target, settings} = fault
  const [name = settings.hostName] = settings.hostKeyNames
  switch (code) {
    case 'NAME_NOT_RESOLVED':
      return `check the spelling, or give the address: HostName under "Host ${target.host}" in ${configFileOf(settings)}`
    case 'HOST_KEY_UNKNOWN':
      return `compare the fingerprint it shows with the host's own, then accept it once: ssh -o StrictHostKeyChecking=ask ${sshWords(fault)} true`
    case 'HOST_KEY_CHANGED':
      return "only if the change is proven, at the host's own console: remove the old line with ssh-keygen -R"
    case 'HOST_CERT_EXPIRED':
      return `have the host's key signed anew, where the authority is: ${here`ssh-keygen -s CA_KEY -h -I ${name} -n ${name} -V +52w ssh_host_ed25519_key.pub`}`
    case 'HOST_CERT_FOREIGN':
      return `name the host as its certificate does (HostKeyAlias under "Host ${target.host}" in ${configFileOf(settings)}), or have ${name} signed into it: ${here`ssh-keygen -s CA_KEY -h -n ${name}`}`
    case 'NO_COMMON_ALGORITHM':
      return `update the host's sshd; until then allow what it offers: ${algorithmOption(fault.message ?? '')} under "Host ${target.host}" in ${configFileOf(settings)}`
    case 'TOO_MANY_KEYS':
      return `offer only the right key: IdentitiesOnly yes and IdentityFile under "Host ${target.host}" in ${configFileOf(settings)}`
    case 'AUTH_FAILED':
      return `see which keys are tried: ssh -v ${sshWords(fault)} true`
    default:
      return undefined
  }
}

/** The option of ssh_config(5) that widens what a negotiation failed at, from the words of OpenSSH or RFC 4253. */
function algorithmOption(message: string): string {
  const [, offer = ''] = /offer: ([\w@.,-]+)/.exec(message) ?? []
  const kind = [
    [/host key|key type/i, 'HostKeyAlgorithms'],
    [/key exchange|kex/i, 'KexAlgorithms'],
    [/cipher/i, 'Ciphers'],
    [/mac/i, 'MACs'],
    [/key length/i, 'RequiredRSASize'],
  ] as const
  const [, option = 'HostKeyAlgorithms'] = kind.find(([pattern]) => pattern.test(message)) ?? []
  if (option === 'RequiredRSASize') return 'RequiredRSASize 1024'
  return `${option} +${offer === '' ? 'NAME' : offer}`
}

export function configFileOf({configFile}: SshSettings): string {
  return configFile ?? '~/.ssh/config'
}

/** The target as arguments of ssh. */
export function sshWords({target, settings}: Pick<Fault, 'target' | 'settings'>): string {
  const {host, user, port} = target
  const config = settings.configFile === undefined ? '' : `-F ${pastable(settings.configFile)} `
  return `${config}${port === undefined ? '' : `-p ${port} `}${pastable(user === undefined ? host : `${user}@${host}`)}`
}
