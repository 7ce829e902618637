/** The log that QEMU itself keeps of a console (`logfile=` of its character device). */
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import type {ConsoleRecord} from '../../../domain/ports/console-client.js'
import type {HostStream} from '../../../domain/ports/host-stream.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {cleanBase} from '../paths.js'
import {type ConsolePoint, findConsoles} from '../process/consoles.js'
import type {QemuProcess} from '../process/processes.js'
import {consoleLogScript} from '../remote/console-log.js'

type Limits = Pick<HostContext, 'session' | 'signal'>

/** How much of what is there is shown first. */
const shownFirst = 64 * 1024

/** Its end, and what is added, beside whoever is attached. Throws PreconditionError NO_CONSOLE. */
export async function followLog(
  process: QemuProcess,
  {session, signal}: Limits,
): Promise<{readonly stream: HostStream; readonly record?: ConsoleRecord}> {
  const point = findConsoles(process.commandLine.options).find(({log}) => log !== '')
  const path = point === undefined ? undefined : pathOf(process, point)
  if (point === undefined || path === undefined) {
    throw new PreconditionError(
      'NO_CONSOLE',
      `${process.label || `process ${process.pid}`}: QEMU keeps no log of its console that can be read`,
      {hint: 'it is kept when QEMU is started with -chardev ...,logfile=FILE'},
    )
  }
  const now = await placeInLog(process, point, {session, signal})
  const from = Math.max(0, (now?.size ?? 0) - shownFirst)
  const words = ['follow', String(process.pid), path, String(from + 1)]
  const stream = await session.open(
    {argv: ['sh', '-c', consoleLogScript.text, consoleLogScript.name, ...words]},
    {signal},
  )
  const start = now && {...now, size: from}
  const record = recordOf(process, point, [start, start], {session, signal})
  return {stream, ...(record !== undefined && {record})}
}

/** Where in its log a console stands now; undefined where there is none, or it cannot be read. */
export async function placeInLog(
  process: QemuProcess,
  point: ConsolePoint,
  {session, signal}: Limits,
): Promise<{readonly file: string; readonly size: number} | undefined> {
  const path = pathOf(process, point)
  if (path === undefined) return undefined
  const args = ['place', String(process.pid), path]
  const {stdout} = await session.script(consoleLogScript, args, {deadlineMs: 5_000, maxBytes: 1024, signal})
  const [, file, size] = /^(\d+) (\d+)$/m.exec(stdout.toString()) ?? []
  return file === undefined ? undefined : {file, size: Number(size)}
}

/** The record of a console that was opened between two looks at its log. */
export function recordOf(
  process: QemuProcess,
  point: ConsolePoint,
  looks: readonly Awaited<ReturnType<typeof placeInLog>>[],
  {session, signal}: Limits,
): ConsoleRecord | undefined {
  const path = pathOf(process, point)
  const [before, after] = looks
  if (path === undefined || before === undefined || after?.file !== before.file) return undefined
  return {
    ...{file: before.file, pid: process.pid, appends: point.logAppends},
    from: {least: before.size, most: after.size},
    read: async (from, count) => {
      const args = ['read', String(process.pid), path, String(from + 1), String(count)]
      const limits = {deadlineMs: 20_000, maxBytes: count + 1024, signal}
      const {exitCode, stdout} = await session.script(consoleLogScript, args, limits)
      if (exitCode === 0) return stdout
      throw new ActionError('COMMAND_FAILED', `${process.label || `process ${process.pid}`}: its log cannot be read`)
    },
  }
}

function pathOf({cwd, isolated}: QemuProcess, {log}: ConsolePoint): string | undefined {
  if (log === '' || isolated) return undefined
  const path = log.startsWith('/') ? cleanBase(log) : `${cwd}/${log}`
  return path.startsWith('/') ? path : undefined
}
