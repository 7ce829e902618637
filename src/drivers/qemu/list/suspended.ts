/** Which of the machines that were suspended on a host still are: asked of their images. */
import {randomBytes} from 'node:crypto'
import {CtysError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {SuspendedMachine} from '../../../domain/work/answers.js'
import {parseVmConfig} from '../config/vm-config.js'
import {suspendedScript} from '../remote/suspended.js'

/** Images that cannot be asked in time say nothing; what runs is listed nevertheless. */
export async function suspendedMachines(
  configs: readonly string[],
  {session, signal}: HostContext,
): Promise<readonly SuspendedMachine[]> {
  if (configs.length === 0) return []
  const mark = randomBytes(16).toString('hex')
  try {
    const {stdout} = await session.script(suspendedScript, [mark, ...configs], {deadlineMs: 10_000, signal})
    return readSuspended(stdout, mark)
  } catch (error) {
    if (error instanceof CtysError && error.code === 'COMMAND_TIMEOUT') return []
    throw error
  }
}

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
