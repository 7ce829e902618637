/** An execution target: the account and host that ssh contacts. Parsed once (src/parse), never split again. */
export interface Target {
  /** As the user named it: an alias of the ssh configuration, a name, an address, or `localhost`. */
  readonly host: string
  readonly user?: string
  readonly port?: number
}

/** The target as `user@host:port`, for people and as a key of the run; IPv6 addresses in brackets. */
export function formatTarget(target: Target): string {
  const host = target.port !== undefined && target.host.includes(':') ? `[${target.host}]` : target.host
  const user = target.user === undefined ? '' : `${target.user}@`
  return `${user}${host}${target.port === undefined ? '' : `:${target.port}`}`
}

/** `localhost` without a user is this machine and is reached without ssh. */
export function isLocal(target: Target): boolean {
  return target.host === 'localhost' && target.user === undefined && target.port === undefined
}

/**
 * The name under which the inventory keeps the target's machines: lower case, this machine by its own name. A port is
 * part of it (`h1:2222`, `[fe80::1]:2222`), because another sshd behind the same name is another host; 22 is not.
 */
export function hostNameOf({host, port}: Target, localName: string): string {
  const name = host === 'localhost' ? localName : host
  return (port === undefined || port === 22 ? name : formatTarget({host: name, port})).toLowerCase()
}

/** The same for a name that stands in a record, which people may have written otherwise: `LOCALHOST`, `h1:22`. */
export function recordedHost(name: string, localName: string): string {
  const [, v6, plain] = /^(?:\[([^\]]*)\]|([^:]*)):22$/.exec(name.toLowerCase()) ?? []
  const host = v6 ?? plain ?? name.toLowerCase()
  return host === 'localhost' ? localName : host
}
