import {UsageError} from '../../domain/errors.js'
import type {ReadyAsk} from '../../domain/work/asks.js'

const defaultMs = 300_000

/** `ready` or `ready:PATTERN` of --wait. Throws UsageError. */
export function parseReady({
  wait,
  readyMs = defaultMs,
}: {
  readonly wait?: string | undefined
  readonly readyMs?: number
}): ReadyAsk | undefined {
  if (wait === undefined) return undefined
  const [, pattern] = /^ready(?::(.+))?$/s.exec(wait) ?? []
  const isReady = wait === 'ready' || pattern !== undefined
  if (!isReady || /[\0\n]/.test(wait)) {
    throw new UsageError(
      [`--wait: '${wait}' is neither ready nor ready:PATTERN`],
      "such as --wait 'ready:web server started'",
    )
  }
  return {timeoutMs: readyMs, ...(pattern !== undefined && {pattern})}
}
