import type {EnumeratedMachine, Reject} from '../work/answers.js'

/** What one configuration file says. */
export interface ConfigReading {
  /** Absent: the file is rejected, ignored, or no configuration at all. */
  readonly machine?: EnumeratedMachine
  readonly rejects: readonly Reject[]
  /** Left out on purpose: MAGICID-IGNORE or MAGICID-NOENUM. */
  readonly ignored: boolean
}

/** With the session type the file belongs to. */
export type TypedReading = ConfigReading & {readonly type: string}

/**
 * What the last scan of one target saw. It only spares travel: every scan looks at the host, and what is kept here
 * counts only for a file whose path, inode, size and times are the same there now.
 */
export interface ScanMemory {
  /** The bases as the user named them, and as they were searched. */
  readonly asked: readonly string[]
  readonly bases: readonly string[]
  /** Types the answer was complete for. */
  readonly types: readonly string[]
  /** When the host answered, by our clock; ISO 8601 UTC with seconds. The store fills it in. */
  readonly scannedAt: string
  /** When the scan began, by the clock of the host, in seconds. */
  readonly clock: number
  /** cksum(1) of the listing as `CRC SIZE`; empty when the same listing would not prove that nothing changed. */
  readonly digest: string
  /** What the host listed, line by line, without the files' contents. */
  readonly listing: string
  /** By path: the file's `INODE SIZE MTIME CTIME` and what it said; null = it is no configuration. */
  readonly files: Readonly<Record<string, readonly [stamp: string, reading: TypedReading | null]>>
}

/** Keeps one memory for each target. Only a cache: no call rejects, and what cannot be read is undefined. */
export interface ScanMemoryStore {
  load(target: string): Promise<ScanMemory | undefined>
  save(target: string, memory: ScanMemory): Promise<void>
  /** What is kept was the answer again; `scannedAt` is now. */
  renew(target: string): Promise<void>
}
