/** Networks of hosts: what is asked of one and what it answers; plain JSON. */
import type {SegmentParts} from './segment-parts.js'

/** Ways to become root that are permitted; root itself needs none. */
export type Become = 'sudo' | 'doas'

/**
 * A network of a host is a VDE switch of one user, by its name, with a TAP and a bridge where they are asked for. `0` is
 * the switch of the classic names, QEMUSOCK and QEMUMGMT.
 */
export interface NetAsk {
  readonly name: string
  /** Whose it is; absent = the account itself. */
  readonly user?: string
  /** Control directory and management socket, absolute; absent = those of name and user. */
  readonly sock?: string
  readonly mgmt?: string
  readonly become: readonly Become[]
  /** Also what is in use, or does not answer. */
  readonly force?: true
}

export interface NetUpAsk extends NetAsk {
  /** May use the sockets beside the user. */
  readonly group?: string
  /** How far it goes: the switch alone needs no privilege. */
  readonly extent: 'switch' | 'tap' | 'bridge'
  /** Absent = ctysbr0, made where it is missing; one that is named may be another's, and gets the TAP only. */
  readonly bridge?: string
  /** Put into the bridge. */
  readonly interface?: string
  /** What a segment of a file has besides. */
  readonly segment?: SegmentParts
  /** Made for a machine: it goes with the last one on it. */
  readonly auto?: true
}

export interface NetUpData {
  readonly kind: 'net-up'
  readonly network: NetPlaces
  /** `made`: nothing of it was there. `completed`: a part was. `there`: nothing was left to do. */
  readonly state: 'made' | 'completed' | 'there'
  /** What was done, each in a few words. */
  readonly done: readonly string[]
  readonly remarks: readonly string[]
}

export interface NetDownData {
  readonly kind: 'net-down'
  readonly network: NetPlaces
  /** A bridge that net-up moved the addresses of an interface into, and that nobody uses any more. */
  readonly emptied?: string
  readonly state: 'removed' | 'absent'
  readonly done: readonly string[]
  /** What stays, and why. */
  readonly remarks: readonly string[]
}

/** Names of the parts of one network. */
export interface NetPlaces {
  readonly name: string
  readonly user: string
  readonly sock: string
  readonly mgmt: string
  readonly tap?: string
  readonly bridge?: string
  readonly interface?: string
}

/** What `up` or `down` would do now. */
export interface NetPlanAsk {
  readonly to: 'up' | 'down'
  readonly up: NetUpAsk
  /** Of an interface that has to be moved into the bridge. */
  readonly timerMs: number
}

export interface NetPlanData {
  readonly kind: 'net-plan'
  readonly network: NetPlaces
  readonly steps: readonly NetPlanStep[]
  readonly remarks: readonly string[]
}

export interface NetPlanStep {
  /** A few words. */
  readonly what: string
  /** Who does it. */
  readonly as: string
  /** It needs root, or the right to become the user of the network. */
  readonly privileged: boolean
  readonly argv: readonly string[]
}

/** What ctys-setupVDE shows. */
export type NetShow = 'info' | 'ports' | 'check' | 'list' | 'listall'

export interface NetSwitchAsk extends NetAsk {
  readonly show: NetShow
}

export interface NetSwitchData {
  readonly kind: 'net-switch'
  readonly show: NetShow
  /** Of a check: nothing is missing. */
  readonly whole: boolean
  readonly lines: readonly string[]
}

export interface NetStatusAsk {
  /** As whom switches of theirs may be asked, where it is permitted; absent = the account. */
  readonly user?: string
  readonly become: readonly Become[]
}

export interface NetStatusData {
  readonly kind: 'net-status'
  readonly switches: readonly NetSwitch[]
  readonly bridges: readonly NetBridge[]
  readonly taps: readonly NetTap[]
  /** VXLANs, also those of others. */
  readonly tunnels: readonly NetTunnel[]
  /** Everything that is a port of a bridge. */
  readonly links: readonly NetLink[]
  /** Running machines, and where their cards are. */
  readonly guests: readonly NetGuest[]
  /** Addresses that bridges have seen at their ports; upper case. */
  readonly seen: readonly {readonly bridge: string; readonly port: string; readonly mac: string}[]
  /** Rules of nft(8) that drop bridged frames; absent where the account may not see them. */
  readonly drops?: readonly NetDrop[]
  /** What is left of networks, or in the way of them, each in a sentence with the next step. */
  readonly findings: readonly string[]
  /** The host hides the processes of others: there may be more. */
  readonly hidden?: true
}

export interface NetLink {
  readonly name: string
  readonly bridge: string
  readonly kind: 'bridge' | 'tap' | 'tun' | 'card' | 'virtual'
  readonly up: boolean
  readonly carrier: boolean
  /** What the bridge does with it (STP). */
  readonly state?: 'disabled' | 'listening' | 'learning' | 'forwarding' | 'blocking'
  readonly rxBytes: number
  readonly txBytes: number
}

export interface NetGuest {
  readonly label: string
  readonly pid: number
  readonly macs: readonly string[]
  /** As the host knows its neighbours. */
  readonly ips: readonly string[]
  /** What its QEMU was told to plug into: sockets of switches, TAPs. */
  readonly wants: readonly {readonly kind: 'vde' | 'tap' | 'bridge' | 'user' | 'other'; readonly name: string}[]
}

export interface NetDrop {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly rule: string
}

export interface NetSwitch {
  /** Of a network of ctys; absent for another's switch. */
  readonly name?: string
  readonly user: string
  readonly pid: number
  readonly sock: string
  readonly mgmt: string
  readonly tap?: string
  readonly managed: boolean
  /** Who joins it to its ends on other hosts now, and by which process. */
  readonly joined?: {readonly who: string; readonly pid: number}
  /** Absent where the switch could not be asked. */
  readonly ports?: readonly NetPort[]
  readonly unasked?: string
}

export interface NetPort {
  readonly port: number
  readonly vlan: number
  /** A TAP, or the process on the other side. */
  readonly tap?: string
  readonly pid?: number
  readonly user?: string
  /** As the switch has it. */
  readonly endpoint: string
  /** The machine it is. */
  readonly machine?: string
  /** Upper case: those of the machine, else those that the switch has seen there. */
  readonly macs: readonly string[]
  /** What the switch has seen there; upper case. */
  readonly seen: readonly string[]
  /** VLANs that pass with a tag. */
  readonly tagged: readonly number[]
  readonly rxBytes: number
  readonly txBytes: number
}

export interface NetBridge {
  readonly name: string
  readonly mac: string
  readonly mtu: number
  readonly up: boolean
  readonly managed: boolean
  readonly ports: readonly string[]
  readonly addresses: readonly string[]
}

export interface NetTunnel {
  readonly name: string
  readonly vni: number
  readonly local: string
  readonly over: string
  /** Addresses that what is for everybody is sent to. */
  readonly peers: readonly string[]
  readonly mtu: number
  readonly up: boolean
  /** Of the network, where ctys made it. */
  readonly network?: string
  readonly user?: string
  readonly bridge?: string
  readonly rxBytes: number
  readonly txBytes: number
}

export interface NetTap {
  readonly name: string
  /** Who may open it; empty = root. */
  readonly user: string
  readonly up: boolean
  readonly managed: boolean
  /** Of the network, where ctys made it. */
  readonly network?: string
  readonly bridge?: string
  readonly pid?: number
  readonly machine?: string
  readonly rxBytes: number
  readonly txBytes: number
}
