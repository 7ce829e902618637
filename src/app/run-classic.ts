import type {AppContext} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import {type CallWords, parseRequest} from '../parse/parse-request.js'
import type {ReportStyle} from '../report/report-style.js'
import {reportSession} from './report-session.js'

/** The classic call, words in, report out. */
export async function runClassic(
  words: CallWords & {readonly dryRun: boolean},
  context: AppContext,
  style: ReportStyle,
): Promise<Report> {
  const {request, machineReadable} = parseRequest(words)
  return reportSession({request, dryRun: words.dryRun}, context, {...style, terse: style.terse || machineReadable})
}
