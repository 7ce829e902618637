import type {Report} from '../../domain/work/report.js'
import {buildErrorReport} from '../../report/shared/error-report.js'
import type {ReportStyle} from '../../report/shared/style.js'
import {printReport} from './print-report.js'
import {styleOf} from './style-of.js'

/**
 * What a command that opens no connection does around its story: prints the report, of the error that ended it too, and
 * sets the exit status. False when the story had nothing to say.
 */
export async function printStory(
  flags: {readonly json: boolean; readonly terse: boolean},
  story: (style: ReportStyle) => Promise<Report | undefined>,
): Promise<boolean> {
  const style = styleOf(flags)
  let report: Report | undefined
  try {
    report = await story(style)
  } catch (error) {
    report = buildErrorReport(error, style)
  }
  if (report !== undefined) printReport(report)
  return report !== undefined
}
