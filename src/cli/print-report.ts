import type {Report} from '../domain/report.js'

/** Talk to stderr, answer to stdout, and the exit status. */
export function printReport(report: Report): void {
  process.exitCode = report.exitCode
  if (report.stderr !== '') process.stderr.write(report.stderr)
  if (report.stdout !== '') process.stdout.write(report.stdout)
}
