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
