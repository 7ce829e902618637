import {setMaxListeners} from 'node:events'
import {CtysError} from '../domain/errors.js'

export interface Limit {
  /** How long the other side may be silent: for all, or since its last sign (withPatience). */
  readonly ms: number
  /** The time for all where silence is counted. */
  readonly longestMs?: number
  readonly signal?: AbortSignal | undefined
  /** The error when the time has passed. */
  readonly timeout: () => Error
}

/** A limit is counted in so many parts; each counts once, however late its timer came. */
const parts = 10

/** Time that others need to answer, not time in which this process did not run: it was busy, stopped, or suspended. */
interface Patience {
  /** The other side gave a sign: its silence is counted anew. */
  readonly heard: () => void
  readonly stop: () => void
}

/**
 * Calls `passed` once when the other side was silent for `ms`, or had `longestMs` in all. What arrived meanwhile is read
 * first.
 */
function beginPatience(ms: number, passed: () => void, longestMs = Number.POSITIVE_INFINITY): Patience {
  const stepMs = ms / parts
  let silent = 0
  let total = 0
  let last: NodeJS.Immediate | undefined
  const timer = setInterval(() => {
    silent += 1
    total += 1
    if (silent < parts && total * stepMs < longestMs) return
    last ??= setImmediate(() => {
      last = undefined
      if (silent < parts && total * stepMs < longestMs) return
      clearInterval(timer)
      passed()
    })
  }, stepMs)
  return {
    heard: () => {
      silent = 0
    },
    stop: () => {
      clearInterval(timer)
      clearImmediate(last)
    },
  }
}

/**
 * The value of `work`, or the error of `limit` when it takes longer, or INTERRUPTED when the signal fires first. The
 * work itself is not ended: whoever calls this releases what the work holds when it throws.
 */
export function withDeadline<T>(work: Promise<T>, limit: Limit): Promise<T> {
  return withPatience(() => work, limit)
}

/** The same for work that hears of the other side: every sign of it begins the limit anew, within `longestMs`. */
export async function withPatience<T>(start: (heard: () => void) => Promise<T>, limit: Limit): Promise<T> {
  let end: (error: Error) => void = () => undefined
  const ended = new Promise<never>((_, reject) => {
    end = reject
  })
  ended.catch(() => undefined)
  const patience = beginPatience(limit.ms, () => end(limit.timeout()), limit.longestMs)
  const forget = onAbort(limit.signal, () => end(interrupted()))
  const work = start(patience.heard)
  work.catch(() => undefined)
  try {
    return await Promise.race([work, ended])
  } finally {
    patience.stop()
    forget()
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
