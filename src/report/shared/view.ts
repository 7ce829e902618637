/** How one kind of result is shown: every reader of it asks the same view. */
import type {ExitStatus} from '../../domain/error-codes.js'
import type {ReportStyle} from './style.js'

/** The body of --json; its version and the exit status are put in front. */
export interface NamedBody {
  readonly command: string
}

export interface View<R, B extends NamedBody = NamedBody> {
  /** How ctys ends. */
  exit(result: R): ExitStatus
  /** What of the result a program gets. */
  body(result: R): B
  /** For people: the answer, escaped and complete with line ends. */
  text(result: R, style: ReportStyle): string
  /** Records of fixed fields. */
  terse(result: R, style: ReportStyle): string
  /** For stderr: lines without line ends, not escaped yet; undefined is left out. */
  notes(result: R, style: ReportStyle): readonly (string | undefined)[]
  /** True when hosts or files of this machine may have been changed; absent: never. */
  acted?(result: R): boolean
  /** Of the body; a removed or changed field is a new version, an added one is not. */
  readonly schemaVersion?: number
}

/** What is printed and how ctys ends. */
export interface Printed {
  /** The answer, complete with line ends. */
  readonly stdout: string
  /** Failures with code and remedy, totals. */
  readonly stderr: string
  readonly exitCode: ExitStatus
  /** Hosts or files may have been changed. */
  readonly acted: boolean
}
