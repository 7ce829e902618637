/** How many times as long a host is waited for that failed before as on a crowded host. */
const furtherPatience = 4

/** A limit in milliseconds for that attempt, counted from 1; the first has `mostMs` at most. */
export function limitOf(ms: number, attempt = 1, mostMs = ms): number {
  return attempt > 1 ? ms * furtherPatience : Math.min(ms, mostMs)
}
