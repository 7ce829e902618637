import type {HostName} from '../../domain/host-name.js'
import {formatTarget} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'

/** One host that was asked, under whatever names. */
export interface AskedHost {
  /** The target whose answer counts, as the user named it. */
  readonly host: string
  readonly names: ReadonlySet<HostName>
  readonly outcome: Outcome
}

/**
 * Each host once, in the order of the plan: names with one host id are one host, and so are accounts of one name. The
 * first answer counts, as in the talk about it.
 */
export function askedOnce(plan: Plan, outcomes: readonly Outcome[]): readonly AskedHost[] {
  const byTask = new Map(outcomes.map((outcome) => [outcome.taskId, outcome]))
  const asked = plan.tasks.flatMap(({id, target}) => {
    const outcome = byTask.get(id)
    return outcome === undefined ? [] : [{name: hostNameOf(target), host: formatTarget(target), outcome}]
  })
  const refused = plan.refused.map((outcome) => ({
    name: recordedHost(outcome.host),
    host: outcome.host,
    outcome,
  }))
  const all = [...asked, ...refused]
  const ids = new Map<HostName, string>()
  for (const {name, outcome} of all) {
    const id = outcome.status === 'ok' && outcome.data.kind === 'list' ? outcome.data.hostId : undefined
    if (id !== undefined) ids.set(name, id)
  }
  const hosts = new Map<string, {host: string; names: Set<HostName>; outcome: Outcome}>()
  for (const {name, host, outcome} of all) {
    const key = ids.get(name) ?? name
    const known = hosts.get(key)
    if (known === undefined) hosts.set(key, {host, names: new Set([name]), outcome})
    else {
      known.names.add(name)
      if (known.outcome.status !== 'ok' && outcome.status === 'ok') Object.assign(known, {host, outcome})
    }
  }
  return [...hosts.values()]
}
