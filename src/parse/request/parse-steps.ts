import {UsageError} from '../../domain/errors.js'
import type {StepsAsk} from '../../domain/work/asks.js'
import {mostSteps, stepMs} from '../../domain/work/boot-step.js'
import {parseStep} from '../../lib/boot-step.js'

/** `--steps`: those of the configuration; `--step`, repeated: these. Throws UsageError. */
export function parseSteps({
  steps = false,
  step = [],
  readyMs = stepMs,
}: {
  readonly steps?: boolean | undefined
  readonly step?: readonly string[] | undefined
  readonly readyMs?: number | undefined
}): StepsAsk | undefined {
  if (step.length === 0) return steps ? {timeoutMs: readyMs} : undefined
  const parsed = step.map(parseStep)
  const faults = parsed.flatMap((one, index) => (typeof one === 'string' ? [`--step: '${step[index]}' ${one}`] : []))
  if (step.length > mostSteps) faults.push(`--step: at most ${mostSteps} of them`)
  if (faults.length > 0) throw new UsageError(faults, "such as --step 'boot> => set tty com0'")
  return {timeoutMs: readyMs, steps: parsed.flatMap((one) => (typeof one === 'string' ? [] : [one]))}
}
