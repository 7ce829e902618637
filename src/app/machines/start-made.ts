/** Starts what a call made, or had made before; what runs already is fine. */
import type {CommandContext} from '../../domain/ports/ports.js'
import type {RunResult} from '../../domain/results/run.js'
import type {ReadyAsk, StepsAsk} from '../../domain/work/asks.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Request} from '../../domain/work/request.js'
import {runTasks} from '../run/run-tasks.js'

/** How long a guest may take to be seen running. */
const upMs = 30_000

export interface StartMade {
  /** Then wait until its console says that it is ready. */
  readonly ready?: ReadyAsk | undefined
  /** Type their steps while they boot. */
  readonly steps?: StepsAsk | undefined
  readonly user?: string | undefined
}

/** Undefined where no machine is there. Throws as `runTasks`. */
export async function startMade(
  {tasks}: Plan,
  outcomes: readonly Outcome[],
  {ready, steps, user}: StartMade,
  context: CommandContext,
): Promise<RunResult | undefined> {
  let last = tasks.length
  const requests = outcomes.flatMap((outcome): Request[] => {
    const task = tasks.find(({id}) => id === outcome.taskId)
    if (outcome.status !== 'ok' || outcome.data.kind !== 'make' || task === undefined) return []
    return outcome.data.machines.map(({label, directory}): Request => {
      const machine = {path: `${directory}/${label}.ctys`}
      const ask = {
        machine,
        mode: 'reuse',
        console: 'NONE',
        timeoutMs: upMs,
        ...(ready && {ready}),
        ...(steps && {steps}),
      } as const
      const action = {verb: 'create', ask} as const
      return {type: task.type, action, targets: [task.target], inventoryUse: 'on', ids: [String(++last)]}
    })
  })
  const [request, ...more] = requests
  return request === undefined ? undefined : runTasks({request, more, user}, context)
}
