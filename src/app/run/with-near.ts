import type {MachineAddress} from '../../domain/machine/machine-address.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Task} from '../../domain/work/plan.js'
import {nearMachine} from '../find/near-machine.js'

/** Of more words a person reads no more: each is compared with every label. */
const mostWords = 8

const notThere = ['MACHINE_NOT_FOUND', 'NOT_RUNNING', 'PROCESSES_HIDDEN', 'PROCESSES_UNSEEN']

/**
 * Adds to what was not found what may have been meant: to a machine that neither the inventory nor the host knows, and to
 * a word that was taken for a host and is nearly the label of a machine.
 */
export async function withNear(
  outcomes: readonly Outcome[],
  tasks: readonly Task[],
  {inventory}: Pick<AppContext, 'inventory'>,
): Promise<readonly Outcome[]> {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  // one label was looked for on many hosts: it is compared once
  const found = new Map<string, Promise<string | undefined>>()
  const nearTo = (machine: MachineAddress): Promise<string | undefined> | undefined => {
    const {label = ''} = machine
    if (!found.has(label) && found.size < mostWords) found.set(label, nearMachine(machine, inventory))
    return found.get(label)
  }
  return Promise.all(
    outcomes.map(async (outcome) => {
      const task = byId.get(outcome.taskId)
      if (outcome.status !== 'failed' || task === undefined || !('machine' in task.ask)) return outcome
      const {code, details = []} = outcome.error
      const isUnknown = notThere.includes(code) && task.record === undefined && task.knownOn === undefined
      const {machine} = task.ask
      const asked = isUnknown && machine !== 'all' ? machine : undefined
      const meant = code === 'NAME_NOT_RESOLVED' ? {label: task.target.host} : asked
      const near = meant === undefined ? undefined : await nearTo(meant)
      return near === undefined ? outcome : {...outcome, error: {...outcome.error, details: [near, ...details]}}
    }),
  )
}
