import type {AppContext, Group} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import {type CallWords, parseRequest} from '../../parse/request/parse-request.js'
import {parseHostNames} from '../../parse/target/parse-host-names.js'
import {expandTargets} from '../targets/expand-targets.js'
import {shadowedHosts} from '../targets/shadowed-hosts.js'
import {checkNotOn} from './check-not-on.js'
import {runOrPlan} from './run-or-plan.js'
import {type StartWishes, withStartSettings} from './start-settings.js'

/** The classic call; a target that is the name of a group stands for its members. */
export async function runClassic(
  words: CallWords & StartWishes & {readonly dryRun: boolean; readonly notOn?: readonly string[] | undefined},
  context: AppContext,
): Promise<RunResult | PlanResult> {
  const faults: string[] = []
  const met: Group[] = []
  const targets = await expandTargets(words.targets, context, faults, {classic: true, met})
  const notOn = parseHostNames(words.notOn ?? [], context.localName, faults)
  const {request: parsed, display} = parseRequest({...words, targets}, faults)
  const request = {...parsed, action: await withStartSettings(parsed.action, words, context)}
  await checkNotOn(notOn, request.targets, context)
  const result = await runOrPlan({request, dryRun: words.dryRun, notOn, user: words.user}, context)
  const shadowed = await shadowedHosts(met, context)
  return {...result, shadowed, display, ...(display.terse && {format: 'terse'})}
}
