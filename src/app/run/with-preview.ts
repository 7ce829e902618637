import type {AppContext, RunEvent} from '../../domain/ports/ports.js'
import type {Result} from '../../domain/results/result.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'

/**
 * The context, which shows the answer so far whenever a host has answered, where somebody looks. It is made only when it
 * is painted: of a thousand hosts not a thousand times.
 */
export function withPreview<T extends Pick<AppContext, 'emit' | 'preview'>>(
  {refused}: Plan,
  context: T,
  make: (outcomes: readonly Outcome[]) => Result,
): T {
  const {emit, preview} = context
  if (preview === undefined) return context
  const outcomes = [...refused]
  const note = (event: RunEvent) => {
    emit(event)
    if (event.type !== 'done' || event.outcome === undefined) return
    outcomes.push(event.outcome)
    preview(() => make([...outcomes].sort((one, other) => Number(one.taskId) - Number(other.taskId))))
  }
  return {...context, emit: note}
}
