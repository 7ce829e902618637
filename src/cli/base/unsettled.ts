import type {RunEvent} from '../../domain/ports/ports.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {pastable} from '../../lib/shell-quote.js'

interface Unsettled {
  note(event: RunEvent): void
  /** One line for each host that is being changed. */
  lines(): string
}

/** What may still come true on the hosts, for whoever leaves without waiting. */
export function watchUnsettled(): Unsettled {
  const open = new Map<string, Extract<RunEvent, {type: 'changing'}>>()
  return {
    note(event) {
      if (event.type === 'changing') open.set(event.taskId, event)
      if (event.type === 'done') open.delete(event.taskId)
    },
    lines() {
      const lines = [...open.values()].map(
        ({host, what, see = 'list'}) => `${host}: ${what}; see: ctys ${see} ${pastable(host)}`,
      )
      return lines.map((line) => `${escapeControls(line)}\n`).join('')
    },
  }
}
