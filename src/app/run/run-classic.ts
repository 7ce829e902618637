import type {AppContext, Group} from '../../domain/ports/ports.js'
import type {Report} from '../../domain/work/report.js'
import {type CallWords, parseRequest} from '../../parse/request/parse-request.js'
import {parseHostNames} from '../../parse/target/parse-host-names.js'
import type {ReportStyle} from '../../report/shared/style.js'
import {expandTargets} from '../targets/expand-targets.js'
import {tellShadowedHosts} from '../targets/shadowed-hosts.js'
import {checkNotOn} from './check-not-on.js'
import {reportSession} from './report-session.js'
import {type StartWishes, withStartSettings} from './start-settings.js'

/** The classic call, words in, report out; a target that is the name of a group stands for its members. */
export async function runClassic(
  words: CallWords & StartWishes & {readonly dryRun: boolean; readonly notOn?: readonly string[] | undefined},
  context: AppContext,
  style: ReportStyle,
): Promise<Report> {
  const faults: string[] = []
  const met: Group[] = []
  const targets = await expandTargets(words.targets, context, faults, {classic: true, met})
  const notOn = parseHostNames(words.notOn ?? [], context.localName, faults)
  const {request: parsed, display} = parseRequest({...words, targets}, faults)
  const request = {...parsed, action: await withStartSettings(parsed.action, words, context)}
  await checkNotOn(notOn, request.targets, context)
  const report = await reportSession({request, dryRun: words.dryRun, notOn, user: words.user}, context, {
    ...style,
    terse: style.terse || display.terse,
    display,
  })
  return tellShadowedHosts(report, met, context)
}
