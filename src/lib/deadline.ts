import {setMaxListeners} from 'node:events'
import {CtysError} from '../domain/errors.js'

export interface Limit {
  readonly ms: number
  readonly signal?: AbortSignal | undefined
  /** The error when the time has passed. */
  readonly timeout: () => Error
}

/**
 * The value of `work`, or the error of `limit` when it takes longer, or INTERRUPTED when the signal fires first. The
 * work itself is not ended: whoever calls this releases what the work holds when it throws.
 */
export async function withDeadline<T>(work: Promise<T>, limit: Limit): Promise<T> {
  work.catch(() => undefined)
  let timer: NodeJS.Timeout | undefined
  let forget: (() => void) | undefined
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(limit.timeout()), limit.ms)
    forget = onAbort(limit.signal, () => reject(interrupted()))
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    clearTimeout(timer)
    forget?.()
  }
}

/**
 * Calls `run` once when the signal fires, or now when it has fired. Returns the function that takes it back. The signal
 * of a run is shared by every host, so the warning about many listeners is off for it.
 */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  if (signal === undefined) return () => undefined
  setMaxListeners(0, signal)
  if (signal.aborted) run()
  else signal.addEventListener('abort', run, {once: true})
  return () => signal.removeEventListener('abort', run)
}

export function interrupted(): CtysError {
  return new CtysError('INTERRUPTED', 'stopped by the user')
}
