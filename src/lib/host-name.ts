/** What a host is called. Everything that compares hosts compares these names, and nothing else makes one. */
import {hostname} from 'node:os'
import {type HostName, hostKey} from '../domain/host-name.js'
import {formatTarget, type Target} from '../domain/target.js'

/** Of this machine, as hostname(1) says it. */
export const ownHost: HostName = asHostName(hostname())

/** Of what a user typed. */
export function hostNameOf({host, port}: Target): HostName {
  const name = host === 'localhost' ? ownHost : host
  return asHostName(port === undefined || port === 22 ? name : formatTarget({host: name, port}))
}

/** Of what a record holds, which people may have written otherwise: `LOCALHOST`, `h1:22`. */
export function recordedHost(written: string): HostName {
  const name = hostKey(written)
  return name === 'localhost' ? ownHost : asHostName(name)
}

/** What a start on the target calls its host for those who come later; empty for this machine. */
export function calledBy(target: Target): string {
  return isThisMachine(target) ? '' : hostNameOf(target)
}

function isThisMachine({host, port}: Target): boolean {
  return host === 'localhost' && (port === undefined || port === 22)
}

function asHostName(name: string): HostName {
  return name.toLowerCase() as HostName
}
