import type {Outcome} from '../work/outcome.js'
import type {Plan} from '../work/plan.js'

/** A part of a network, as a graph has it. */
export interface NetNode {
  /** One of its kind in the whole graph: the host stands in front. */
  readonly id: string
  readonly kind: 'host' | 'bridge' | 'link' | 'tap' | 'switch' | 'guest' | 'plug'
  readonly host: string
  readonly name: string
  /** For people: state, addresses. */
  readonly note: string
}

/** `from` holds `to`: a host its bridges, a bridge its ports, a switch its guests. */
export interface NetEdge {
  readonly from: string
  readonly to: string
  /** The port of a switch, and its VLAN. */
  readonly label: string
}

export interface NetGraphResult {
  readonly kind: 'net-graph'
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  readonly nodes: readonly NetNode[]
  readonly edges: readonly NetEdge[]
  /** In the language of Graphviz. */
  readonly dot: boolean
}

export interface NetHop {
  readonly host: string
  /** What it is: guest, port, switch, TAP, bridge, interface, cable. */
  readonly at: string
  /** `unknown`: the host does not say it. */
  readonly state: 'ok' | 'broken' | 'unknown'
  /** Why it is broken, or what is not known. */
  readonly why?: string
  readonly next?: string
}

export interface NetTraceResult {
  readonly kind: 'net-trace'
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  readonly from: string
  readonly to: string
  /** From one machine to the other, as far as it goes: behind a broken one there is none. */
  readonly hops: readonly NetHop[]
}
