import type {MachineAddress} from '../machine/machine-address.js'

/** What is to be done; closed, so that every switch over it is checked by the compiler. */
export type Action = CreateAction | CancelAction | ListAction | EnumerateAction | ProbeAction | NeighboursAction

export type CreateMode = 'new' | 'reuse' | 'connect'
export type ConsoleType = 'NONE' | 'VNC'

export interface CreateAction {
  readonly kind: 'create'
  readonly machine: MachineAddress
  readonly mode: CreateMode
  readonly console: ConsoleType
  /** Passed to the wrapper as `--bootmode=`. */
  readonly bootMode?: string
  /** Passed to the wrapper as `--instmode` / `--instmode=`; empty string = no parameter. */
  readonly instMode?: string
  /** Extra hypervisor arguments, passed to the wrapper as `--argsadd=`. */
  readonly argsAdd?: string
  /** VNC display asked for; absent = a free one is picked on the host. */
  readonly vncDisplay?: number
  /** How long the guest may take to be seen running. */
  readonly timeoutMs: number
}

export type CancelHow = 'poweroff' | 'reboot' | 'reset' | 'pause' | 'resume' | 'suspend'

export interface CancelAction {
  readonly kind: 'cancel'
  readonly machine: MachineAddress | 'all'
  readonly how: CancelHow
  /** Do not ask the guest: begin with the hypervisor. */
  readonly force: boolean
  /** How long the guest may take to follow its power button; 0 = not asked at all. */
  readonly graceMs: number
}

export interface ListAction {
  readonly kind: 'list'
}

export interface EnumerateAction {
  readonly kind: 'enumerate'
  /** Roots of the search; empty = the remote home directory. */
  readonly basePaths: readonly string[]
  /** Session types asked for; absent = the job's own. With them the memory of the last scan is used. */
  readonly types?: readonly string[]
}

export interface ProbeAction {
  readonly kind: 'probe'
}

/** What the host's own tables say of who is on its networks; nobody is pinged. */
export interface NeighboursAction {
  readonly kind: 'neighbours'
}
