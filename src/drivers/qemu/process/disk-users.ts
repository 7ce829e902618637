/** What has a disk of a machine open for writing, whatever program it is. */
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {diskUsersScript} from '../remote/disk-users.js'

export interface DiskUsers {
  /** The first process. */
  readonly process?: {readonly pid: number; readonly user: string; readonly name: string}
  /** A loop device (losetup(8)) that writes to one. */
  readonly loop?: string
}

/** Throws PreconditionError STORAGE_WEDGED. */
export async function diskUsersOf(
  configPath: string,
  {session, signal}: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<DiskUsers> {
  const {stdout} = await session.script(diskUsersScript, [configPath], {deadlineMs: 10_000, signal}).catch((cause) => {
    if (!(cause instanceof CtysError && cause.code === 'COMMAND_TIMEOUT')) throw cause
    const message = `the open files of the host did not answer; whether a disk beside ${configPath} is in use is not known`
    throw new PreconditionError('STORAGE_WEDGED', message, {hint: 'try again when the storage answers', cause})
  })
  const said = stdout.toString()
  const [, pid, user = '', name = ''] = /^uses (\d+) (\S+) ?(.*)$/m.exec(said) ?? []
  const [, loop] = /^loop (\S+)$/m.exec(said) ?? []
  return {
    ...(pid !== undefined && {process: {pid: Number(pid), user, name}}),
    ...(loop !== undefined && {loop}),
  }
}

/** `name`: of its machine, or of its program. */
export function diskUserText({pid, user, name}: NonNullable<DiskUsers['process']>): string {
  return `process ${pid}${name === '' ? '' : ` (${name})`} of ${user} has it open for writing`
}
