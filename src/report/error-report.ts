/** The report of an error that ended ctys before or beside any job: `ctys: CODE: message`, all faults, the remedy. */
import {toErrorInfo} from '../domain/errors.js'
import type {Report} from '../domain/report.js'
import {exitCodeOfError} from './exit-code.js'
import {errorText} from './failures.js'
import {finishReport} from './report-body.js'
import type {ReportStyle} from './report-style.js'

/** Anything caught; what is not a CtysError is a fault of ours (INTERNAL, exit 70). */
export function buildErrorReport(caught: unknown, style: ReportStyle): Report {
  const error = toErrorInfo(caught)
  const [head = '', ...rest] = errorText(error)
  return finishReport(
    {command: 'error', exitCode: exitCodeOfError(error.code), outcomes: [], error},
    {stdout: '', stderr: [`ctys: ${head}`, ...rest]},
    style,
  )
}
