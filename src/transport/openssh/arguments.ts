import {formatTarget, type Target} from '../../domain/target.js'
import type {SshSettings} from '../ssh-config/types.js'

export interface ClientOptions {
  readonly configFile?: string
  /** The socket through which the sessions of one account share a connection (ssh_config(5), ControlPath). */
  readonly controlPath: string
  /** Nobody is asked. */
  readonly batch: boolean
  /** How long the connection is kept without a session, in seconds; undefined: it ends with the first. */
  readonly persistSeconds?: number
}

/** Neither terminal, X11, agent nor what else the configuration would forward. */
const plain = ['-T', '-x', '-a', '-o', 'ClearAllForwardings=yes']

/** Arguments of ssh for a session, without the host: its own words come first, so they win over the configuration. */
export function clientArguments(target: Target, settings: SshSettings, options: ClientOptions): string[] {
  const {configFile, controlPath, batch, persistSeconds} = options
  const option = (name: string, value: string | number): string[] => ['-o', `${name}=${value}`]
  return [
    ...plain,
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...option('BatchMode', batch ? 'yes' : 'no'),
    ...option('StrictHostKeyChecking', settings.strictHostKeyChecking),
    ...option('NoHostAuthenticationForLocalhost', 'no'),
    ...option('PasswordAuthentication', 'no'),
    ...option('KbdInteractiveAuthentication', 'no'),
    ...option('ControlMaster', 'auto'),
    ...option('ControlPath', controlPath.replaceAll('%', '%%')),
    ...option('ControlPersist', persistSeconds ?? 'no'),
    ...option('ConnectTimeout', Math.ceil(settings.connectTimeoutMs / 1000)),
    ...option('ServerAliveInterval', Math.ceil(settings.serverAliveIntervalMs / 1000)),
    ...option('ServerAliveCountMax', settings.serverAliveCountMax),
    ...option('LogLevel', 'INFO'),
    ...settings.overrides.flatMap((text) => ['-o', text]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
  ]
}

/** Arguments with which a client tells the master at that socket something; no configuration is read. */
export function controlArguments(controlPath: string, what: string): string[] {
  return ['-F', '/dev/null', '-o', `ControlPath=${controlPath.replaceAll('%', '%%')}`, '-O', what, '--', 'master']
}

/**
 * The account that a connection is signed in to, however the target was named: two targets with the same one share a
 * connection. Other keys or another name of the host key are another connection: they decide who is let in and trusted.
 */
export function accountKey(settings: SshSettings): string {
  const {hostName, port, user, hostKeyAlias, proxyJump, proxyCommand, identityFiles, certificateFiles} = settings
  return JSON.stringify([
    ...[hostName.toLowerCase(), port, user, hostKeyAlias, proxyJump.map(formatTarget), proxyCommand],
    ...[identityFiles, certificateFiles],
  ])
}
