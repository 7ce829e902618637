import type {Duplex} from 'node:stream'

/**
 * Where a stream on a host leads: a Unix socket by its absolute path; a TCP port of the host, on 127.0.0.1 unless
 * another address of the host is given; or a command, whose standard input and output the stream is. A command is no
 * data: its words are a constant script and arguments. It has to end when its standard input ends.
 */
export type StreamTo =
  | {readonly unix: string}
  | {readonly tcp: number; readonly address?: string}
  | {readonly argv: readonly string[]}

export interface OpenLimits {
  /** Of the opening, not of the stream; default 5 s. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

/** Bytes to and from something on a host. `destroy` ends it on the host too; it never outlives its session. */
export interface HostStream extends Duplex {
  /** Resolves, with the reason for people, when the far side or the way to it has ended. Never rejects. */
  readonly ended: Promise<string>
}
