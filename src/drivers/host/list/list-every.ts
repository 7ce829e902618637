/** LIST of a host: what runs there of every session type that can tell, one type after the other in one session. */
import type {Driver, Handler} from '../../../domain/ports/ports.js'
import type {ListData} from '../../../domain/work/answers.js'
import {readingHandler} from '../../../domain/work/handler.js'
import type {TaskOf} from '../../../domain/work/plan.js'

/** The answer is that of the types together: what one of them could not see may run there. */
export function listEvery(drivers: readonly Driver[]): Handler<'list'> {
  return readingHandler<'list'>(async (task, at) => {
    const answers: ListData[] = []
    for (const {type, verbs} of drivers) {
      if (verbs.list === undefined) continue
      const own: TaskOf<'list'> = {...task, type}
      answers.push(await (await verbs.list.open(own, at))())
    }
    return answers.reduce(together, {kind: 'list', machines: []})
  })
}

function together(one: ListData, other: ListData): ListData {
  const suspended = [...(one.suspended ?? []), ...(other.suspended ?? [])]
  const unseen = [...(one.unseen ?? []), ...(other.unseen ?? [])]
  return {
    ...{...one, ...other, machines: [...one.machines, ...other.machines]},
    ...(suspended.length > 0 && {suspended}),
    ...(unseen.length > 0 && {unseen}),
  }
}
