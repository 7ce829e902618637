import type {AppContext} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import {answer, planQuestion} from '../run/ask-hosts.js'
import type {HostsInput} from '../run/run-command.js'
import {askedTargets} from '../targets/asked-targets.js'

/** `ctys probe`: what the hosts have and lack. Throws UsageError, ConfigError. */
export async function probeHosts(input: HostsInput, context: AppContext): Promise<RunResult | PlanResult> {
  const asked = await askedTargets(input, context)
  const plan = planQuestion({type: input.type.toUpperCase(), action: {verb: 'probe', ask: {}}, ...asked}, context)
  return input.dryRun ? planResult(plan) : answer(plan, context, (outcomes) => answersResult(plan, outcomes))
}
