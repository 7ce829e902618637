/** The report of an error that ended ctys before or beside any task: `ctys: CODE: message`, all faults, the remedy. */
import type {ExitStatus} from '../../domain/error-codes.js'
import {toErrorInfo} from '../../domain/errors.js'
import type {Report} from '../../domain/work/report.js'
import {finishReport} from './body.js'
import {exitCodeOfError} from './exit-code.js'
import {errorText} from './failures.js'
import type {ReportStyle} from './style.js'

/** What hosts were asked before the error. */
interface AskedBefore {
  readonly exitCode: ExitStatus
  readonly stderr: readonly string[]
}

/**
 * Anything caught; what is not a CtysError is a fault of ours (INTERNAL, exit 70). Nothing is "not found" while hosts
 * that were asked could not tell: then it ends as they do.
 */
export function buildErrorReport(caught: unknown, style: ReportStyle, asked?: AskedBefore): Report {
  const error = toErrorInfo(caught)
  const [head = '', ...rest] = errorText(error)
  const open = error.code === 'MACHINE_NOT_FOUND' && asked?.exitCode
  return finishReport(
    {command: 'error', exitCode: open || exitCodeOfError(error.code), outcomes: [], error},
    {stdout: '', stderr: [...(asked?.stderr ?? []), `ctys: ${head}`, ...rest]},
    style,
  )
}
