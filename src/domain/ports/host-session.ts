/** The ports to a host: what runs there, and how it is reached. */
import type {Readable} from 'node:stream'
import type {Target} from '../target.js'
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
  /** Over a connection that nobody had before, and that no other session gets. */
  readonly fresh?: true
  /** The most that the first attempt may wait for an answer, in milliseconds; default: what the settings say. */
  readonly mostMs?: number | undefined
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
