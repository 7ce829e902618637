import type {ExitStatus} from '../error-codes.js'

/** What is printed and how ctys ends; the hand-over from reporting to the front desk. */
export interface Report {
  /** The answer for stdout, complete with line ends. */
  readonly stdout: string
  /** The talk for stderr: failures with code and remedy, totals. */
  readonly stderr: string
  readonly exitCode: ExitStatus
  /** The body of --json; obeys schemas/report.schema.json. */
  readonly json: unknown
}
