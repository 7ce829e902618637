import type {Readable} from 'node:stream'

export interface WebFile {
  /** From `offset` on. */
  readonly stream: Readable
  /** Bytes of the whole, where the server says so. */
  readonly total?: number
  /** What travels compressed already. */
  readonly isCompressible: boolean
}

/** Files of the web, fetched by this machine (http, https; redirects are followed). */
export interface Web {
  /** Throws Error when it is not there or cannot be reached. */
  open(url: string, options: {readonly offset: number; readonly signal: AbortSignal}): Promise<WebFile>
  /** A small text. */
  text(url: string, options: {readonly signal: AbortSignal}): Promise<string>
}
