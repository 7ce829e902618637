/**
 * How long a host is waited for that gave no answer lately: shorter, where others are asked with it and nothing is changed.
 * One that is back answers within that time; named alone it has the whole.
 */
import type {ErrorInfo} from '../domain/errors.js'
import type {SilentHosts} from '../domain/ports/silent-hosts.js'
import {formatTarget} from '../domain/target.js'
import type {Plan, Task} from '../domain/work/plan.js'
import {changes} from '../domain/work/verbs.js'

/** Milliseconds. */
const shortMs = 3_000

export interface Patience {
  /** The most that connecting may take; undefined: as the settings say. */
  mostMs(): Promise<number | undefined>
  answered(): Promise<void>
  /** The error of a host that gave no answer, with what there is to say of its limit. */
  gave(error: ErrorInfo): Promise<ErrorInfo>
}

export function patienceWith(task: Task, {tasks}: Plan, silent: SilentHosts | undefined): Patience {
  const {target, verb} = task
  const isAlone = new Set(tasks.map((one) => formatTarget(one.target))).size < 2
  let isShort = false
  return {
    async mostMs() {
      isShort = silent !== undefined && !isAlone && !changes(verb) && (await silent.isSilent(target))
      return isShort ? shortMs : undefined
    },
    async answered() {
      if (isShort) await silent?.note(target, true)
    },
    async gave(error) {
      if (error.code !== 'CONNECT_TIMEOUT') return error
      await silent?.note(target, false)
      if (!isShort) return error
      const said = 'it gave no answer lately either, and was waited for shorter; named alone it has its whole time'
      return {...error, details: [...(error.details ?? []), said]}
    },
  }
}
