/** Segments of a file for `ctys net apply`: a network of a host with what it has beside switch, TAP and bridge. */
import type {NetPlaces, NetUpAsk} from './net.js'
import type {SegmentParts} from './segment-parts.js'

export interface SegmentAsk extends NetUpAsk {
  readonly segment: SegmentParts
}

export interface NetApplyAsk {
  readonly segments: readonly SegmentAsk[]
  /** They are taken away. */
  readonly remove?: true
  /** What is there of this file, and is not among the segments, is taken away. */
  readonly origin?: string
  /** The fingerprint of the diff that somebody saw: nothing else is done. */
  readonly expect?: string
}

/** One change of a host, as a diff has it. */
export interface NetDiffLine {
  readonly segment: string
  readonly sign: '+' | '~' | '-'
  readonly what: string
}

export interface NetSegmentState {
  readonly network: NetPlaces
  readonly state: 'made' | 'changed' | 'there' | 'removed' | 'absent'
}

export interface NetDiffData {
  readonly kind: 'net-diff'
  readonly changes: readonly NetDiffLine[]
  /** Of the changes: the same as long as the host stays as it is. */
  readonly fingerprint: string
  readonly remarks: readonly string[]
}

export interface NetApplyData {
  readonly kind: 'net-apply'
  readonly segments: readonly NetSegmentState[]
  readonly changes: readonly NetDiffLine[]
  readonly remarks: readonly string[]
}
