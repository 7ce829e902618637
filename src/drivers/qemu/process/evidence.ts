/** Is a process the machine of a configuration, by more than its own words. */
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {evidenceScript} from '../remote/evidence.js'
import type {Proof, QemuProcess} from './processes.js'

export interface Evidence {
  readonly proof: Proof
  /** The machine has images, and the open files of the process were seen: then a monitor proves nothing against them. */
  readonly isDecided: boolean
}

/** For each process, in their order. Throws PreconditionError STORAGE_WEDGED when the files of the machine do not answer. */
export async function evidenceOf(
  processes: readonly QemuProcess[],
  configPath: string,
  {session, signal}: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<readonly Evidence[]> {
  if (processes.length === 0) return []
  const pids = processes.map(({pid}) => String(pid))
  const result = await session
    .script(evidenceScript, [configPath, ...pids], {deadlineMs: 10_000, signal})
    .catch((cause: unknown) => {
      if (!(cause instanceof CtysError && cause.code === 'COMMAND_TIMEOUT')) throw cause
      const message = `the files beside ${configPath} did not answer; whether its machine runs is not known`
      throw new PreconditionError('STORAGE_WEDGED', message, {hint: 'try again when the storage answers', cause})
    })
  const said = new Set(result.stdout.toString().split('\n'))
  const hasImages = !said.has('images 0')
  return processes.map(({pid, uid, isolated, proof}) => {
    const isOwner = !isolated && (uid === '0' || said.has(`belongs ${uid}`))
    const found = said.has(`holds ${pid}`) ? 'disk' : isOwner ? 'user' : proof === 'manager' ? 'manager' : 'none'
    return {proof: found, isDecided: hasImages && said.has(`shown ${pid}`)}
  })
}

/** What is said of a process that was not taken for the machine it calls itself. */
export function unprovenText({pid, user}: QemuProcess, label: string): string {
  return `process ${pid} of ${user} calls itself ${label}, but has none of its disks open and is not its owner's`
}
