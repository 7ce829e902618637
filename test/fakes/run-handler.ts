import type {Handler, HostContext} from '../../src/domain/ports/ports.js'
import type {TaskOf} from '../../src/domain/work/plan.js'
import type {Answer, Verb} from '../../src/domain/work/verbs.js'

/** Looks and acts in one go, as a run does without an interrupt between. */
export async function runHandler<V extends Verb>(
  handler: Handler<V>,
  task: TaskOf<V>,
  at: HostContext,
): Promise<Answer<V>> {
  return (await handler.open(task, at))()
}
