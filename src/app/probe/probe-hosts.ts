import type {AppContext} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import {answer, planQuestion} from '../run/ask-hosts.js'
import type {TodayWords} from '../run/run-command.js'
import {askedTargets} from '../targets/asked-targets.js'

/** `ctys probe`: what the hosts have and lack. Throws UsageError, ConfigError. */
export async function probeHosts(words: TodayWords, context: AppContext): Promise<RunResult | PlanResult> {
  const asked = await askedTargets(words, context)
  const plan = planQuestion({type: words.type.toUpperCase(), action: {verb: 'probe', ask: {}}, ...asked}, context)
  return words.dryRun ? planResult(plan) : answer(plan, context, (outcomes) => answersResult(plan, outcomes))
}
