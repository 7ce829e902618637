/** What a segment of a file has beside switch, TAP and bridge. */

export interface SegmentParts {
  /** False: neither switch nor TAP. */
  readonly switch: boolean
  /** Of the file that it stands in: what is made is known by that. Hexadecimal. */
  readonly origin?: string
  /** IPv4 of the host on the bridge, with its prefix. */
  readonly address?: string
  readonly dhcp?: DhcpRange
  /** dnsmasq answers names of the guests in it. */
  readonly domain?: string
  /** What the guests leave by; `out` absent: whatever the default route takes. */
  readonly nat?: {readonly out?: string}
  /** How it reaches its ends on other hosts; absent: not at all, or over the interface in its bridge. */
  readonly span?: Span
  /** As the file has it, of `vxlan`; then what is made of it with the addresses of the hosts. */
  readonly tunnel?: {readonly vni: number; readonly over: string}
  readonly vxlan?: Vxlan
  /** Of `vxvde`: the multicast group of its switches, and the interface that it is on; empty = as the routes say. */
  readonly vxvde?: {readonly group: string; readonly over: string}
  readonly ports: readonly PortVlans[]
  /** Absent: what there is of them stays as it is. */
  readonly links?: readonly LinkAsk[]
}

/**
 * `ssh`: by vde_plug and the sessions of ctys, as long as the call lasts. `vxlan`: from host to host, in clear. `vxvde`: by
 * vde_plug and multicast (libvdeplug_vxvde(1)), in clear.
 */
export type Span = 'ssh' | 'vxlan' | 'vxvde'

/** One end of a tunnel (RFC 7348). */
export interface Vxlan {
  readonly vni: number
  /** Empty where it has none of the kind that the others have. */
  readonly local: string
  /** What it goes over, and the smallest MTU of all its ends. */
  readonly interface: string
  readonly mtu: number
  readonly peers: readonly string[]
  /** The addresses of all other ends are known. */
  readonly isWhole: boolean
}

export interface DhcpRange {
  readonly from: string
  readonly to: string
  readonly leaseSeconds: number
}

/** Of one port of a VDE switch (vde_switch(1), port/setvlan and vlan/addport). */
export interface PortVlans {
  readonly port: number
  readonly vlan: number
  readonly tagged: readonly number[]
}

/** A cable to the switch of another segment of the same user, with the faults of wirefilter(1). */
export interface LinkAsk {
  readonly to: string
  /** Percent. */
  readonly loss?: number
  readonly duplicate?: number
  readonly delayMs?: number
  /** Bytes a second. */
  readonly bandwidth?: number
  readonly mtu?: number
}
