import {exitStatus} from '../../domain/error-codes.js'
import type {Report} from '../../domain/work/report.js'

/** Talk to stderr, answer to stdout, and the exit status. */
export function printReport(report: Report): void {
  process.exitCode = report.exitCode
  if (report.stderr !== '') process.stderr.write(report.stderr)
  if (report.stdout === '') return
  process.stdout.write(report.stdout, (error?: NodeJS.ErrnoException | null) => {
    if (error && error.code !== 'EPIPE') process.exitCode = exitCodeUnheard(report)
  })
}

/** Commands that change hosts or files of this machine. */
const acting: ReadonlySet<unknown> = new Set(['create', 'cancel', 'run', 'scan', 'inventory edit', 'inventory merge'])

/** How ctys ends when the answer could not be written: what was done was done, an answer alone is lost. */
export function exitCodeUnheard({exitCode, json}: Pick<Report, 'exitCode' | 'json'>): Report['exitCode'] {
  if (exitCode !== exitStatus.ok && exitCode !== exitStatus.partial) return exitCode
  const {command, dryRun, stored} = (json ?? {}) as {command?: unknown; dryRun?: unknown; stored?: unknown}
  const acted = stored !== undefined || (acting.has(command) && dryRun !== true)
  return acted ? exitStatus.partial : exitStatus.nothingSucceeded
}
