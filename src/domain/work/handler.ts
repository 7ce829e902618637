import type {Handler, HostContext} from '../ports/ports.js'
import type {TaskOf} from './plan.js'
import type {Answer, Verb} from './verbs.js'

interface Steps<V extends Verb, Seen> {
  /** Looks only and throws PreconditionError; what it saw goes to `run`. */
  check(task: TaskOf<V>, at: HostContext): Promise<Seen>
  /** May change the host and throws ActionError. */
  run(task: TaskOf<V>, at: HostContext, seen: Seen): Promise<Answer<V>>
}

/** A handler whose `check` hands what it saw to `run`, by type. */
export function handler<V extends Verb, Seen>({check, run}: Steps<V, Seen>): Handler<V> {
  return {
    async open(task, at) {
      const seen = await check(task, at)
      return () => run(task, at, seen)
    },
  }
}

/** A handler that has nothing to look at first: a verb that only reads. */
export function readingHandler<V extends Verb>(
  run: (task: TaskOf<V>, at: HostContext) => Promise<Answer<V>>,
): Handler<V> {
  return {open: async (task, at) => () => run(task, at)}
}

/** A handler that is loaded when a task first needs it: no command needs the code of all verbs. */
export function loaded<V extends Verb>(load: () => Promise<Handler<V>>): Handler<V> {
  return {open: async (task, at) => (await load()).open(task, at)}
}
