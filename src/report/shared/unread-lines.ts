import type {UnreadLine} from '../../domain/inventory/changes.js'

/** Lines of the inventory that could not be read, `file:line: reason`; `location` is the file where there is one. */
export function unreadLines(rejects: readonly UnreadLine[], location: string): readonly string[] {
  return rejects.map(({file, line, reason}) => `${file ?? location}${line > 0 ? `:${line}` : ''}: ${reason}`)
}
