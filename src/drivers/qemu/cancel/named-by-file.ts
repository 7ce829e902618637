/** QEMUs whose name stands in a file (-readconfig): only they themselves can say it. */
import {ActionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {isConfiguredByFile, withMonitor} from '../monitor/monitor.js'
import type {QemuProcess} from '../process/processes.js'

/** Asked one after the other. */
const mostAsked = 8
const deadlineMs = 2_000

export interface NamedByFile {
  readonly fitting: readonly QemuProcess[]
  /** A line for each that may have that name and did not say. */
  readonly told: readonly string[]
}

export async function namedByFile(
  processes: readonly QemuProcess[],
  label: string | undefined,
  {session, signal}: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<NamedByFile> {
  const fitting: QemuProcess[] = []
  const told: string[] = []
  const unnamed =
    label === undefined ? [] : processes.filter((process) => process.label === '' && isConfiguredByFile(process))
  for (const [index, process] of unnamed.entries()) {
    const ask = () =>
      withMonitor(session, process, {deadlineMs, signal}, (monitor) => monitor.human('info name')).catch((error) => {
        if (!(error instanceof ActionError) || signal.aborted) throw error
        return undefined
      })
    const answer = index < mostAsked ? await ask() : undefined
    if (answer?.trim() === label) fitting.push(process)
    else if (answer === undefined) {
      const {pid, user} = process
      told.push(
        `process ${pid} of ${user} has its name in a file (-readconfig) and does not say it; its address: pid:${pid}`,
      )
    }
  }
  return {fitting, told}
}
