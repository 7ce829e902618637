/** One host under several names answers under each of them; it is shown once. */
import type {OutcomeBase} from '../../domain/work/outcome.js'

interface Answer extends OutcomeBase {
  readonly data: {readonly hostId?: string}
}

/**
 * The answers under one name for each host, and a line for each other name. Of several names that of the answer that
 * weighs most: any of them may have done the work.
 */
export function onePerHost<T extends Answer>(
  outcomes: readonly T[],
  weigh: (outcome: T) => number = () => 0,
): {readonly answers: readonly T[]; readonly told: readonly string[]} {
  const best = new Map<string, T>()
  for (const outcome of outcomes) {
    const {hostId} = outcome.data
    const known = hostId === undefined ? undefined : best.get(hostId)
    if (hostId !== undefined && (known === undefined || weigh(outcome) > weigh(known))) best.set(hostId, outcome)
  }
  const nameOf = ({host, data: {hostId = ''}}: T) => best.get(hostId)?.host ?? host
  const isOther = (outcome: T) => nameOf(outcome) !== outcome.host
  const others = outcomes.filter(isOther)
  const told = others.map((outcome) => `${outcome.host} is ${nameOf(outcome)} under another name, it is shown once`)
  return {answers: outcomes.filter((outcome) => !isOther(outcome)), told: [...new Set(told)]}
}
