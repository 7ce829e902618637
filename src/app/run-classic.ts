import type {AppContext, Group} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import {parseHostNames} from '../parse/parse-host-names.js'
import {type CallWords, parseRequest} from '../parse/parse-request.js'
import type {ReportStyle} from '../report/report-style.js'
import {checkNotOn} from './check-not-on.js'
import {expandTargets} from './expand-targets.js'
import {reportSession} from './report-session.js'
import {tellShadowedHosts} from './shadowed-hosts.js'

/** The classic call, words in, report out; a target that is the name of a group stands for its members. */
export async function runClassic(
  words: CallWords & {readonly dryRun: boolean; readonly notOn?: readonly string[] | undefined},
  context: AppContext,
  style: ReportStyle,
): Promise<Report> {
  const faults: string[] = []
  const met: Group[] = []
  const targets = await expandTargets(words.targets, context, faults, {classic: true, met})
  const notOn = parseHostNames(words.notOn ?? [], context.localName, faults)
  const {request, machineReadable} = parseRequest({...words, targets}, faults)
  await checkNotOn(notOn, request.targets, context)
  const terse = style.terse || machineReadable
  const report = await reportSession({request, dryRun: words.dryRun, notOn, user: words.user}, context, {
    ...style,
    terse,
  })
  return tellShadowedHosts(report, met, context)
}
