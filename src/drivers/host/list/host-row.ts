/** The host itself in LIST of the classic call, from what it says of itself; the keys of its own pm.conf win. */
import type {Handler, HostContext} from '../../../domain/ports/ports.js'
import type {ListedHost} from '../../../domain/work/answers.js'
import {readingHandler} from '../../../domain/work/handler.js'

/** The same list, with the host itself where that is asked for. */
export function withHostRow(list: Handler<'list'>): Handler<'list'> {
  return readingHandler<'list'>(async (task, at) => {
    // both go to the host before either has answered
    const row = task.ask.hostRow === true ? loadedRow(at) : undefined
    const answer = await (await list.open(task, at))()
    const host = await row
    return host === undefined ? answer : {...answer, host}
  })
}

async function loadedRow({session, signal}: HostContext): Promise<ListedHost | undefined> {
  const {askHostRow} = await import('./ask-host-row.js')
  return askHostRow(session, signal)
}
