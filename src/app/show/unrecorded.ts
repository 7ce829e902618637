/** A machine that the inventory does not know may run all the same on the hosts that were named: they are asked. */
import {posix} from 'node:path'
import {LookupError} from '../../domain/errors.js'
import {type MachineAddress, matchesAddress} from '../../domain/machine/machine-address.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import type {RunningMachine} from '../../domain/work/answers.js'
import {here} from '../../lib/command-on.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'

interface Asked {
  readonly type: string
  readonly address: MachineAddress
  readonly named: readonly Target[]
}

/** The error that says where it runs, and of which hosts that is not known; what to do next as it was where none shows it. */
export async function withRunning(
  error: LookupError,
  {type, address, named}: Asked,
  context: AppContext,
): Promise<LookupError> {
  if (context.registry.drivers.get(type)?.verbs.list === undefined) return error
  const plan = planQuestion({type, action: {verb: 'list', ask: {}}, targets: named}, context)
  const outcomes = await askHosts(plan, context)
  const seen = outcomes.flatMap((outcome) => {
    const target = plan.tasks.find(({id}) => id === outcome.taskId)?.target
    if (target === undefined || outcome.status !== 'ok' || outcome.data.kind !== 'list') return []
    return outcome.data.machines
      .filter((machine) => matchesAddress(address, machine))
      .map((machine) => ({host: formatTarget(target), machine}))
  })
  const unknown = outcomes.flatMap((outcome) =>
    'error' in outcome ? [`whether it runs on ${outcome.host} is not known: ${outcome.error.message}`] : [],
  )
  const [first] = seen
  const hint = first === undefined ? error.hint : nextFor(first.host, first.machine)
  const before = first === undefined ? (error.details ?? []) : []
  return new LookupError(error.code, error.message, {
    ...(hint !== undefined && {hint}),
    details: [
      ...before,
      ...seen.map(({host, machine}) => `it runs on ${host} all the same: ${factsOf(machine)}`),
      ...unknown,
    ],
  })
}

function factsOf({pid, uid, state, managed, manager}: RunningMachine): string {
  const whose = managed ? [] : [manager === undefined ? 'foreign' : `run by ${manager}`]
  return [`process ${pid}`, `user ${uid}`, state, ...whose].join(', ')
}

function nextFor(host: string, {id, managed}: RunningMachine): string {
  const record = managed ? here`ctys scan ${host} --base ${posix.dirname(id)}` : here`ctys adopt ${host}`
  return `${here`ctys list ${host}`} shows it; to have it in the inventory: ${record}`
}
