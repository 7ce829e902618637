/** What a tunnel between hosts goes over: what is asked of a host and what it answers; plain JSON. */

export interface NetUnderlayAsk {
  /** Names of interfaces; empty = what the default route leaves by. */
  readonly over: readonly string[]
}

export interface NetUnderlayData {
  readonly kind: 'net-underlay'
  /** By the name that was asked for. */
  readonly ways: readonly Underlay[]
}

export interface Underlay {
  readonly over: string
  readonly interface: string
  readonly mtu: number
  /** Its first addresses that hold beyond the link, without prefix. */
  readonly ipv4?: string
  readonly ipv6?: string
}
