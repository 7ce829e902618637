/** Which of the machines that were suspended on a host still are: asked of their images. */
import {randomBytes} from 'node:crypto'
import {CtysError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {SuspendedMachine} from '../../../domain/work/answers.js'
import {parseVmConfig} from '../config/vm-config.js'
import {suspendedScript} from '../remote/suspended.js'

/** Configurations that may be those of suspended machines. */
export interface MayBeSuspended {
  /** Somebody said so. */
  readonly noted: readonly string[]
  /** All that are known; a marker beside one says so. */
  readonly known?: readonly string[]
}

/** Images that cannot be asked in time say nothing; what runs is listed nevertheless. */
export async function suspendedMachines(
  {noted, known = []}: MayBeSuspended,
  {session, signal}: Pick<HostContext, 'session' | 'signal'>,
): Promise<readonly SuspendedMachine[]> {
  const configs = [...new Set([...noted, ...known])].slice(0, mostConfigs)
  if (configs.length === 0) return []
  const mark = randomBytes(16).toString('hex')
  try {
    const {stdout} = await session.script(suspendedScript, [mark, String(new Set(noted).size), ...configs], {
      deadlineMs: 5_000,
      signal,
    })
    return readSuspended(stdout, mark)
  } catch (error) {
    if (error instanceof CtysError && error.code === 'COMMAND_TIMEOUT') return []
    throw error
  }
}

/** More machines than a host has; each costs it one look into a directory. */
const mostConfigs = 10_000

/** Pure: what remote/suspended.ts printed. */
export function readSuspended(output: Buffer, mark: string): readonly SuspendedMachine[] {
  return output
    .toString('latin1')
    .split(`\0${mark}\0`)
    .flatMap((chunk) => {
      const [id = '', date = '', image = '', ...rest] = chunk
        .split('\0')
        .map((field) => Buffer.from(field, 'latin1').toString())
      const {machine} = parseVmConfig(Buffer.from(rest.join('\0')), id)
      if (!id.startsWith('/') || machine === undefined) return []
      return [{label: machine.label, id, uuid: machine.uuid, image, since: date === '-' ? '' : date}]
    })
}
