/** How old an observation is, short: `42s`, `3m`, `5h`, `2d`; `never` without one, `?` when its date cannot be read. */
export function ageText(observedAt: string, now: Date): string {
  if (observedAt === '') return 'never'
  const seconds = ageSeconds(observedAt, now)
  if (Number.isNaN(seconds)) return '?'
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < daySeconds) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / daySeconds)}d`
}

/** Older than a day, or of unknown age. */
export function isStale(observedAt: string, now: Date): boolean {
  return !(ageSeconds(observedAt, now) <= daySeconds)
}

const daySeconds = 86_400

/** A date in the future (a clock that is off) counts as now; NaN when it is none. */
function ageSeconds(observedAt: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(observedAt)) / 1000))
}
