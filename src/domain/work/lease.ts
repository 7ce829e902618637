import type {ErrorInfo} from '../errors.js'

/**
 * Who has a machine, as the lease beside its configuration says (src/drivers/qemu/remote/lease-functions.ts). Every text
 * comes from a file on a host.
 */
export interface LeaseHolder {
  /** What its host calls itself, and what the controller of that start called it (may be empty). */
  readonly host: string
  readonly name: string
  /** machine-id(5) of its host, or empty: many hosts call themselves alike. */
  readonly machine: string
  /** `BOOT/PIDNS`: one run of one kernel, and a namespace of pids. */
  readonly place: string
  readonly pid: number
  /** As the host's process table gives it. */
  readonly start: string
  /** PID START of the start that is not done yet, or empty. */
  readonly starter: string
  readonly user: string
  /** Seconds since 1970 by the clock of its host; empty when it makes no sense. */
  readonly since: string
  /** The configuration as that host has it. */
  readonly config: string
}

/** What a host says of a holder: `unknown` when it cannot tell, such as another host that has its name. */
export type HolderState = 'alive' | 'dead' | 'unknown'

/** What became of a holder, as far as its host could be asked; `host` is the name it was asked by. */
export type HolderAnswer =
  | {readonly state: 'dead'}
  | {readonly state: 'running'; readonly host: string; readonly pid: number}
  | {readonly state: 'starting'; readonly host: string}
  /** `named`: the inventory knows the host, so --not-on may name it. */
  | {readonly state: 'unknown'; readonly host: string; readonly named: boolean; readonly error: ErrorInfo}

/** Asks the host of a lease for its holder and for the machine itself. Never rejects but with INTERRUPTED. */
export type AskHolder = (
  holder: LeaseHolder,
  machine: {readonly label: string; readonly uuid: string},
) => Promise<HolderAnswer>
