/** What a use case needs and what a driver is; the ports to hosts and to what is stored stand beside. */
import type {ConfigReading, ScanMemoryStore} from '../inventory/scan-memory.js'
import type {Result} from '../results/result.js'
import type {SettingsSource} from '../settings.js'
import type {Target} from '../target.js'
import type {AskHolder} from '../work/lease.js'
import type {Outcome} from '../work/outcome.js'
import type {TaskOf} from '../work/plan.js'
import type {Answer, Verb} from '../work/verbs.js'
import type {ConsoleClient, ConsoleClients, ConsoleWindows, ScreenClient} from './console-client.js'
import type {DocumentSource, ImageCatalogue} from './documents.js'
import type {FrameCarrier} from './frame-carrier.js'
import type {GuestCatalogue} from './guests.js'
import type {HostDisplays} from './host-display.js'
import type {HostSession, Transport} from './host-session.js'
import type {SilentHosts} from './silent-hosts.js'
import type {GroupSource, InventoryStore, MacmapStore} from './stores.js'
import type {Web} from './web.js'

export type {
  ExecOptions,
  ExecResult,
  HostSession,
  OpenOptions,
  PutOptions,
  RemoteScript,
  Transport,
} from './host-session.js'
export type {
  AddressExtractor,
  Group,
  GroupMember,
  GroupSource,
  HostScan,
  InventoryStore,
  MacmapStore,
  MacroFile,
  MacroSource,
} from './stores.js'

/** What a task may tell while it runs. */
export type Note = (text: string) => void

export interface HostContext {
  readonly session: HostSession
  readonly signal: AbortSignal
  /** A short line of progress for the person who waits, such as "power button, 114 s left". */
  readonly note: Note
  readonly memory?: ScanMemoryStore
  /** Absent = nobody else can be asked. */
  readonly askHolder?: AskHolder
  /** Paths of the configurations that are known of this host; absent where nobody looked. Never rejects. */
  readonly recorded?: () => Promise<readonly string[]>
  /** Who wants a console; absent = nobody is there. */
  readonly console?: ConsoleClient
  /** Who wants a screen. */
  readonly screen?: ScreenClient
  /** Where windows of a host are shown; absent = nowhere. */
  readonly displays?: HostDisplays
  /** Who carries frames to other hosts. */
  readonly carrier?: FrameCarrier
  /** Fetches for a host that cannot; absent = nobody does. */
  readonly web?: Web
  /** A session over a connection of its own, made now, which the caller closes; absent for this machine. Throws as `open`. */
  readonly reopen?: (signal: AbortSignal) => Promise<HostSession>
}

/**
 * What a type does of one verb, opened for one task. `open` looks only and throws PreconditionError; the function it
 * gives may change the host and throws ActionError. Made by `handler` (src/domain/work/handler.ts).
 */
export interface Handler<V extends Verb> {
  open(task: TaskOf<V>, at: HostContext): Promise<() => Promise<Answer<V>>>
}

export type Handlers = {readonly [V in Verb]?: Handler<V>}

/** A session type. Which handlers are there is what the type can do. */
export interface Driver {
  readonly type: string
  readonly verbs: Handlers
  /**
   * Is shown every file that a scan reads (src/drivers/host/remote/enumerate.ts names them: *.ctys, *.conf, *.cfg ...) but
   * those that say `#@#MAGICID-` of another type; absent = a scan records no machines of this type.
   */
  readonly reader?: ConfigReader
}

/** What such a file says; undefined when it is no configuration after all. Pure; never throws. */
export type ConfigReader = (content: Buffer, path: string) => ConfigReading | undefined

/** The session types, by name, and what belongs to hosts whatever runs on them, or is asked of every type. */
export interface Registry {
  readonly drivers: ReadonlyMap<string, Driver>
  readonly host: Handlers
  /** Every type that a scan records, those without a driver among them. */
  readonly scanned: readonly string[]
}

/** What happens while a plan runs, for the live display. */
export type RunEvent =
  | {readonly type: 'queued' | 'connecting' | 'running'; readonly taskId: string; readonly host: string}
  /**
   * From now on the host is changed; `what` may be so even if ctys is left at once, such as `web01 may come up`. `see`: the
   * command that shows it; absent = list.
   */
  | {
      readonly type: 'changing'
      readonly taskId: string
      readonly host: string
      readonly what: string
      readonly see?: string
    }
  | {readonly type: 'note'; readonly taskId: string; readonly host: string; readonly text: string}
  | {
      readonly type: 'done'
      readonly taskId: string
      readonly host: string
      readonly status: string
      /** Of a task of a plan. */
      readonly outcome?: Outcome
    }

/** One turn at a host. */
export interface Turn {
  /**
   * Opens the session of this turn, which may be called once: how long that takes and how it fails decides how many come
   * next. `attempt` counts from 1.
   */
  open(connect: (attempt: number) => Promise<HostSession>): Promise<HostSession>
}

/** How many hosts are worked on at the same time: as many as answer quickly, in all and behind each bastion. */
export interface HostLimiter {
  /**
   * Does the work when its turn comes, and again with fewer at a time when opening failed as it does on a crowded host;
   * only the last result counts. `where`: the target, or a name for what has no ssh. Waits without a limit, for others
   * whose work has limits.
   */
  run<T>(where: Target | string, signal: AbortSignal, work: (turn: Turn) => Promise<T>): Promise<T>
}

/** Everything a use case needs, built in one place (src/compose/compose.ts). */
export interface AppContext {
  readonly inventory: InventoryStore
  readonly macmap: MacmapStore
  readonly groups: GroupSource
  readonly documents: DocumentSource
  readonly images: ImageCatalogue
  readonly guests: GuestCatalogue
  readonly web: Web
  readonly settings: SettingsSource
  readonly registry: Registry
  /** Picks the transport for a target (local, ssh, openssh). */
  readonly transport: Transport
  readonly limiter: HostLimiter
  /** What scans remember of hosts; absent = every scan reads everything. */
  readonly memory?: ScanMemoryStore
  /** Absent = every host has its whole time. */
  readonly silentHosts?: SilentHosts
  /** How a start asks the host that a lease names. */
  readonly askHolder?: AskHolder
  /** HostContext.recorded of each host. */
  readonly recordedOn?: (target: Target) => Promise<readonly string[]>
  /** Who takes part in a console. */
  readonly console?: ConsoleClient
  /** Who sees a screen. */
  readonly screen?: ScreenClient
  /** Where windows of hosts are shown. */
  readonly displays?: HostDisplays
  /** Who carries frames between hosts. */
  readonly carrier?: FrameCarrier
  /** First Ctrl-C: start nothing more, settle, report. */
  readonly signal: AbortSignal
  readonly emit: (event: RunEvent) => void
  /** Shows an answer that is not complete yet until the next one or the end; absent where nobody looks. */
  readonly preview?: (result: () => Result) => void
  readonly now: () => Date
}

/**
 * True when the host answers an echo in time, false when it does not. Throws ConfigError CONFIG where there is no
 * program for it, SSH_CONFIG where the name cannot be looked up, and PreconditionError COMMAND_FAILED when the host
 * could not be asked, such as an unknown name or a network without a route.
 */
export type PingHost = (host: string, options: {readonly signal: AbortSignal}) => Promise<boolean>

/**
 * The addresses that the name service of this machine has of a name; none where it knows no such name. Throws
 * PreconditionError COMMAND_FAILED where it does not answer.
 */
export type LookUp = (name: string, options: {readonly signal: AbortSignal}) => Promise<readonly string[]>

/** True when the user's configuration names the host; no name service is asked. Throws ConfigError SSH_CONFIG. */
export type KnowsHost = (name: string, options: {readonly signal: AbortSignal}) => Promise<boolean>

/** A login into a guest by ssh(1). */
export interface GuestLogin {
  /** For people. */
  readonly name: string
  /** IP address of the guest. */
  readonly address: string
  /** What its host key is known by, whatever its address: its UUID. */
  readonly key: string
  /** The host it is reached by, as ssh(1) takes it; absent = this machine. */
  readonly by?: string
  readonly user?: string
  readonly command: readonly string[]
}

/** What a command gives its use cases. */
export interface CommandContext extends AppContext {
  readonly ping: PingHost
  readonly lookUp: LookUp
  readonly knowsHost: KnowsHost
  /** True when a sshd answers at that address, to this machine. Never rejects. */
  readonly answersSsh: PingHost
  /** Who shows consoles of machines that a classic call starts. */
  readonly clients?: ConsoleClients
  /** A line for the person that stays, while the call goes on. */
  readonly tell?: (text: string) => void
  /** Logs into a guest, until it is left. */
  readonly loginToGuest?: (login: GuestLogin) => Promise<void>
  /** Where several consoles are shown. */
  readonly windows?: ConsoleWindows
  /** Puts a question that is answered by yes or no, below what it is about; absent where nobody can be asked. */
  readonly ask?: (question: string, about?: Result) => Promise<boolean>
  /** Puts a question that is answered by a line, which is shown as it is typed; undefined when the person ends it. */
  readonly askText?: (question: string) => Promise<string | undefined>
}
