/** What each verb of src/domain/work/verbs.ts is asked; plain JSON. */
import type {MachineAddress} from '../machine/machine-address.js'
import type {BootStep} from './boot-step.js'
import type {LeaseHolder} from './lease.js'
import type {Become} from './net.js'

/** `resume`: let a paused machine go on, or start a suspended one from its saved state. */
export type CreateMode = 'new' | 'reuse' | 'connect' | 'resume'
/** Windows in which a text console is shown, as the classic call names them. */
export type WindowConsole = 'XTERM' | 'GTERM' | 'EMACS' | 'EMACSM' | 'EMACSA' | 'EMACSAM'
/**
 * `CLI`: in the terminal of the call; `CLI0` too, and the machine ends with it. `SDL`: a window of the machine's own QEMU
 * on the X display of the call; the machine ends with it.
 */
export type ClientConsole = 'CLI' | 'CLI0' | 'VNC' | 'SDL' | WindowConsole
export type ConsoleType = 'NONE' | ClientConsole

/** How often a guest is asked, and how long is waited in between. */
export interface Tries {
  readonly count: number
  readonly sleepS: number
}

/** Whoever shows the console of a machine on the machine of the call. */
export interface ClientAsk {
  /** Other ctys on it are asked to let go. */
  readonly take?: true
  /** Of a window, as X names it. */
  readonly geometry?: string
  /** X display. */
  readonly display?: string
  /** Of CLI0: numbers of signals that do nothing; absent = the usual ones. */
  readonly ignoredSignals?: readonly number[]
}

/** What follows a start, in this order; done where the call is made. */
export interface Afterwards {
  readonly waitServerS?: number
  readonly ping?: Tries
  readonly sshPing?: Tries
  readonly client?: ClientAsk
  readonly waitClientS?: number
}

export interface CreateAsk {
  readonly machine: MachineAddress
  readonly mode: CreateMode
  readonly console: ConsoleType
  /** No console was asked for: what its configuration names is prepared, else a VNC display, as far as its wrapper can. */
  readonly prepares?: true
  readonly afterwards?: Afterwards
  /** Passed to the wrapper as `--bootmode=`. */
  readonly bootMode?: string
  /** Passed to the wrapper as `--instmode` / `--instmode=`; empty string = no parameter. */
  readonly instMode?: string
  /** Extra hypervisor arguments, passed to the wrapper as `--argsadd=`. */
  readonly argsAdd?: string
  /** VNC display asked for; absent = a free one is picked on the host. */
  readonly vncDisplay?: number
  /** The saved state of a suspended machine is thrown away before the start. */
  readonly discard?: true
  /** `allow`: a VNC server that the wrapper opens to the network is left there; absent = it is moved to loopback. */
  readonly vncNetwork?: 'allow'
  /** Where the network that the machine names is missing, it is made first, and goes with the last machine on it. */
  readonly net?: AutoNetAsk
  /** The answer tells how the wrapper was called. */
  readonly showCall?: true
  /** Then this is typed on its serial console; absent = nothing, but with `instMode` what its configuration has. */
  readonly steps?: StepsAsk
  /** Then wait until the guest says on its console that it is ready. */
  readonly ready?: ReadyAsk
  /** How long the guest may take to be seen running. */
  readonly timeoutMs: number
}

export interface AutoNetAsk {
  /** As in NetAsk. */
  readonly become: readonly Become[]
}

export interface StepsAsk {
  /** Absent = those of its configuration. */
  readonly steps?: readonly BootStep[]
  /** How long each of them may wait. */
  readonly timeoutMs: number
}

export interface ReadyAsk {
  /** Extended regular expression; absent = a login prompt, or the last word of cloud-init. */
  readonly pattern?: string
  readonly timeoutMs: number
}

export type CancelHow = 'poweroff' | 'reboot' | 'reset' | 'pause' | 'resume' | 'suspend'

export interface CancelAsk {
  readonly machine: MachineAddress | 'all'
  readonly how: CancelHow
  /** Do not ask the guest: begin with the hypervisor. */
  readonly force: boolean
  /** Also a machine that another program runs, or that is none of ctys'. */
  readonly foreign?: boolean
  /** It is started again at once: a network that was made for it stays. */
  readonly keepsNet?: true
  /** How long the guest may take to follow its power button; 0 = not asked at all. */
  readonly graceMs: number
}

/** Verbs that need nothing but their host. */
export type NoAsk = Readonly<Record<never, never>>

export interface ListAsk {
  /** Who has a lease that names this host: is told too, whether it still lives. */
  readonly holder?: LeaseHolder
  /** What the host itself is, is told too. */
  readonly hostRow?: true
}

export interface EnumerateAsk {
  /** Roots of the search; empty = the remote home directory. */
  readonly basePaths: readonly string[]
  /** Session types asked for; absent = the task's own, which may be all. With them the memory of the last scan is used. */
  readonly types?: readonly string[]
}
