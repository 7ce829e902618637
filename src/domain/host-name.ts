/** What a host is called. Everything that compares hosts compares these names, and nothing else makes one. */
import {formatTarget, type Target} from './target.js'

declare const canonical: unique symbol

/**
 * The name under which the inventory keeps the machines of a host: lower case, this machine by its own name. A port is
 * part of it (`h1:2222`, `[fe80::1]:2222`), because another sshd behind the same name is another host; 22 is not.
 */
export type HostName = string & {readonly [canonical]: true}

/** Of what a user typed. */
export function hostNameOf({host, port}: Target, localName: HostName): HostName {
  const name = host === 'localhost' ? localName : host
  return canonicalName(port === undefined || port === 22 ? name : formatTarget({host: name, port}))
}

/** Of what a record holds, which people may have written otherwise: `LOCALHOST`, `h1:22`. */
export function recordedHost(written: string, localName: HostName): HostName {
  const name = hostKey(written)
  return name === 'localhost' ? localName : canonicalName(name)
}

/** The same text for two records of one host, where it is not known which machine this is: `localhost` stays as it is. */
export function hostKey(written: string): string {
  const name = written.toLowerCase()
  if (!name.endsWith(':22')) return name
  const [, v6, plain] = /^(?:\[([^\]]*)\]|([^:]*)):22$/.exec(name) ?? []
  return v6 ?? plain ?? name
}

/** Of this machine, as hostname(1) says it. */
export function ownHostName(hostname: string): HostName {
  return canonicalName(hostname)
}

/** What a start on the target calls its host for those who come later; empty for this machine. */
export function calledBy(target: Target): string {
  return hostNameOf(target, ownHostName(''))
}

function canonicalName(name: string): HostName {
  return name.toLowerCase() as HostName
}
