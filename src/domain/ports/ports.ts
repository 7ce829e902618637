import type {Readable} from 'node:stream'
import type {Change, UnreadLine} from '../inventory/changes.js'
import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {ScanMemoryStore} from '../inventory/scan-memory.js'
import type {MachineAddress} from '../machine/machine-address.js'
import type {MachineRecords} from '../machine/machine-records.js'
import type {AddressFormat, EntryChange, Extracted, NetworkEntry} from '../network/network-entry.js'
import type {Result} from '../results/result.js'
import type {SettingsSource} from '../settings.js'
import type {Target} from '../target.js'
import type {AskHolder} from '../work/lease.js'
import type {Outcome} from '../work/outcome.js'
import type {TaskOf} from '../work/plan.js'
import type {Answer, Verb} from '../work/verbs.js'
import type {HostStream, OpenLimits, StreamTo} from './host-stream.js'

/** A constant POSIX script; its text is part of ctys and never built from data. Data goes in as arguments. */
export interface RemoteScript {
  readonly name: string
  readonly text: string
  /** Limit of its answer in bytes, beyond anything it has to say; default 1 MiB. */
  readonly maxBytes?: number
}

export interface ExecOptions {
  /** Written to the command's standard input; must not hold NUL. Without it stdin is empty. */
  readonly input?: string
  /** The command and its process group are ended when this passes; default 20 s. Always enforced on the host too. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** Limit of stdout in bytes; default that of the script, else 1 MiB. Of stderr at most 1 MiB is taken. */
  readonly maxBytes?: number
}

export interface PutOptions {
  /** Permission bits of the file, such as 0o640; the umask of the account takes nothing of them away. */
  readonly mode: number
  readonly signal: AbortSignal
  /** How long the host may be silent; default 60 s. */
  readonly deadlineMs?: number
}

export interface ExecResult {
  /** Exit status; 128 + n when a signal ended it. A non-zero status is a value, not an error. */
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/**
 * A far host, or this one: one supervised `sh` that lives as long as the session. Commands of one session run one
 * after the other.
 *
 * `exec` and `script` throw ConnectError CONNECTION_LOST, PreconditionError COMMAND_TIMEOUT (the command was ended on
 * the host), OUTPUT_TOO_LARGE, or INTERRUPTED when the signal fires. `open` connects beside them to something on the
 * host and throws UNREACHABLE when nobody is there or the host forbids it. `put` writes a file of any size and content,
 * given by its absolute path, in one step: whoever looks sees the old file or the whole new one with its mode, and a
 * symbolic link is replaced, not followed. It is the account's, and not flushed to the disk. Throws DISK_FULL and
 * WRITE_FAILED, COMMAND_TIMEOUT, INTERRUPTED and CONNECTION_LOST; but for the last two the old file stays and nothing is
 * left beside it; after them the file may be the new one, and what was begun is removed when the host notices. The
 * content is destroyed. `hold` counts the bytes of what was made of an
 * answer and stays until the end of the run; it throws OUTPUT_TOO_LARGE when the answers of all hosts together are too
 * large. `close` never rejects and may be called twice.
 */
export interface HostSession {
  readonly target: Target
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>
  script(script: RemoteScript, args: readonly string[], options?: ExecOptions): Promise<ExecResult>
  open(to: StreamTo, limits?: OpenLimits): Promise<HostStream>
  put(path: string, content: Readable, options: PutOptions): Promise<void>
  hold(bytes: number): void
  close(): Promise<void>
}

export interface OpenOptions {
  readonly signal: AbortSignal
  /** 1, the default, or more when it failed before as on a crowded host: then the limits are longer. */
  readonly attempt?: number
}

/** Opens sessions. Throws ConnectError with the code that tells name, network, host key and authentication apart. */
export interface Transport {
  readonly name: 'ssh' | 'openssh' | 'local'
  open(target: Target, options: OpenOptions): Promise<HostSession>
  /** Ends what the run shared between sessions (jump hosts, control sockets). Never rejects. */
  close(): Promise<void>
  /** The same at once, for a process that is about to end: what would outlive it ends by itself. */
  leave?(): void
}

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
}

/** The session types, by name, and what belongs to hosts whatever runs on them, or is asked of every type. */
export interface Registry {
  readonly drivers: ReadonlyMap<string, Driver>
  readonly host: Handlers
}

/** What one host answered to a scan; only hosts in `answered` may lose records. */
export interface HostScan {
  /** Lower-case host name as in InventoryRecord.host. */
  readonly host: string
  readonly type: string
  readonly records: readonly InventoryRecord[]
  /**
   * Absolute roots that were really searched: only records below them may be dropped. An empty one stands for
   * everything of this type on the host, also what has no path.
   */
  readonly searched: readonly string[]
  /** Files and directories that were seen but could not be read: the old records there and below are kept. */
  readonly kept: readonly string[]
}

/** What a question found, and the broken lines that may have held an answer. */
export interface FoundRecords {
  readonly records: readonly InventoryRecord[]
  readonly rejects: readonly UnreadLine[]
}

/** The inventory. Reads need no lock; `merge` locks, reads again, merges and writes in one step. */
export interface InventoryStore {
  /** All records, in file order. Throws ConfigError INVENTORY_FORMAT or INVENTORY_IO. */
  all(): Promise<readonly InventoryRecord[]>
  /** The same as the file has them: nothing is filled in from the address map. Errors as `all`. */
  recorded(): Promise<readonly InventoryRecord[]>
  /** The machines of any host that fit the address, with all their interfaces. Errors as `all`. */
  lookup(address: MachineAddress): Promise<readonly MachineRecords[]>
  /** Records in which every word stands, exact hits first; reads only what it needs. Errors as `all`. */
  find(words: readonly string[]): Promise<FoundRecords>
  /**
   * All records that contain one of the texts, without regard to case, UUIDs with or without hyphens, and perhaps others;
   * in file order. Reads only what it needs. Errors as `all`.
   */
  holding(texts: readonly string[]): Promise<readonly InventoryRecord[]>
  /** How many records there are. Errors as `all`. */
  count(): Promise<number>
  /** Lines of the file that could not be read, with number and reason; they survive a rewrite. */
  rejects(): Promise<readonly UnreadLine[]>
  merge(scans: readonly HostScan[], signal: AbortSignal): Promise<readonly Change[]>
  /** Where it lives, for messages. */
  readonly location: string
}

/** The address map macmap.fdb: which name and IP address go with which MAC address. */
export interface MacmapStore {
  /** Where it lives, for messages. */
  readonly location: string
  /** All entries, in file order, and the lines that could not be read. Throws ConfigError INVENTORY_IO. */
  read(): Promise<{
    readonly entries: readonly NetworkEntry[]
    readonly rejects: readonly UnreadLine[]
  }>
  /**
   * Locks, reads again, merges and writes in one step. Throws INVENTORY_IO, INVENTORY_LOCKED, INTERRUPTED,
   * or INVENTORY_FORMAT for a file that is not UTF-8: it could not be given back byte for byte.
   */
  merge(found: readonly NetworkEntry[], signal: AbortSignal): Promise<readonly EntryChange[]>
}

/**
 * Reads the files of other programs that give addresses to names. Without a format it is told from text and file name;
 * throws UsageError where that cannot be done. Whatever stands in the text is an entry or a reject.
 */
export type AddressExtractor = (file: {
  readonly name: string
  readonly text: string
  readonly format?: AddressFormat
}) => Extracted

/** A target word of a group, as it stands in the file; not yet read as a target. */
export interface GroupMember {
  readonly word: string
  /** The text of its context options, those of the whole file in front. */
  readonly options?: string
  readonly file: string
  readonly line: number
}

/** A named list of targets, with everything it includes. */
export interface Group {
  readonly name: string
  readonly file: string
  readonly members: readonly GroupMember[]
  /** `file:line: what is wrong`, here and in what is included. When there are any, `members` is not the whole group. */
  readonly faults: readonly string[]
}

/** The groups of this user. */
export interface GroupSource {
  /** Where they are looked for, for messages. */
  readonly location: string
  /** All groups by name, sorted; `/` separates sub-directories. Never rejects: what cannot be read has no names. */
  names(): Promise<readonly string[]>
  /** Undefined when there is no such file, or it cannot be the name of one. Never rejects. */
  load(name: string): Promise<Group | undefined>
}

/** What one macro file says. */
export interface MacroFile {
  readonly file: string
  readonly macros: ReadonlyMap<string, string>
  /** `file:line: what is wrong`; those lines have no macro. */
  readonly faults: readonly string[]
}

/** The macros of this user: names for pieces of a command line. */
export interface MacroSource {
  /** Where they are looked for, for messages. */
  readonly location: string
  /** Undefined when there is no such file, or it cannot be the name of one. Never rejects. */
  load(name: string): Promise<MacroFile | undefined>
}

/** What happens while a plan runs, for the live display. */
export type RunEvent =
  | {readonly type: 'queued' | 'connecting' | 'running'; readonly taskId: string; readonly host: string}
  /** From now on the host is changed; `what` may be so even if ctys is left at once, such as `web01 may come up`. */
  | {readonly type: 'changing'; readonly taskId: string; readonly host: string; readonly what: string}
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

/** Everything a story needs, built in one place (src/compose/compose.ts). */
export interface AppContext {
  readonly inventory: InventoryStore
  readonly macmap: MacmapStore
  readonly groups: GroupSource
  readonly settings: SettingsSource
  readonly registry: Registry
  /** Picks the transport for a target (local, ssh, openssh). */
  readonly transport: Transport
  readonly limiter: HostLimiter
  /** What scans remember of hosts; absent = every scan reads everything. */
  readonly memory?: ScanMemoryStore
  /** How a start asks the host that a lease names. */
  readonly askHolder?: AskHolder
  /** HostContext.recorded of each host. */
  readonly recordedOn?: (target: Target) => Promise<readonly string[]>
  /** First Ctrl-C: start nothing more, settle, report. */
  readonly signal: AbortSignal
  readonly emit: (event: RunEvent) => void
  /** Shows an answer that is not complete yet until the next one or the end; absent where nobody looks. */
  readonly preview?: (result: () => Result) => void
  readonly now: () => Date
  /** The name of this machine, lower case: what the inventory calls localhost. */
  readonly localName: string
}

/**
 * True when the host answers an echo in time, false when it does not. Throws ConfigError CONFIG where there is no
 * program for it, SSH_CONFIG where the name cannot be looked up, and PreconditionError COMMAND_FAILED when the host
 * could not be asked, such as an unknown name or a network without a route.
 */
export type PingHost = (host: string, options: {readonly signal: AbortSignal}) => Promise<boolean>

/** True when the user's configuration names the host; no name service is asked. Throws ConfigError SSH_CONFIG. */
export type KnowsHost = (name: string, options: {readonly signal: AbortSignal}) => Promise<boolean>

/** What the front desk gives its stories. */
export interface DeskContext extends AppContext {
  readonly ping: PingHost
  readonly knowsHost: KnowsHost
  /** Puts a question that is answered by yes or no; absent where nobody can be asked. */
  readonly ask?: (question: string) => Promise<boolean>
}
