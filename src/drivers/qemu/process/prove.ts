/**
 * Promise: only what was proven is signalled. A process is proven by its pid, its start time, its executable and the
 * words of its command line that name the machine, in the same script run that signals it.
 */
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {proveKillScript} from '../remote/prove-kill.js'
import type {QemuProcess} from './processes.js'

/** See remote/prove-kill.ts. */
export type Verdict = 'gone' | 'reused' | 'ending' | 'different' | 'same' | 'sent' | 'refused'

const verdicts: readonly string[] = [
  'gone',
  'reused',
  'ending',
  'different',
  'same',
  'sent',
  'refused',
] satisfies Verdict[]

/** `send` 0 looks only. Throws ActionError STOP_UNPROVEN when the host's answer does not come or makes no sense. */
export async function proveProcess(
  session: HostSession,
  process: QemuProcess,
  {send, signal}: {readonly send: 'TERM' | 'KILL' | '0'; readonly signal?: AbortSignal},
): Promise<Verdict> {
  const {pid, startTime, exePath, commandLine} = process
  const words = commandLine.identity.map((word) => word.replaceAll('\n', '\x01'))
  const unproven = (cause?: unknown) =>
    new ActionError('STOP_UNPROVEN', `process ${pid}: the host did not say whether it is still the machine`, {cause})
  const options = {deadlineMs: 5_000, ...(signal !== undefined && {signal})}
  const result = await session
    .script(proveKillScript, [send, String(pid), startTime, exePath, ...words], options)
    .catch((error: unknown) => {
      // the signal may have been sent before the time was up
      throw error instanceof CtysError && error.code === 'COMMAND_TIMEOUT' ? unproven(error) : error
    })
  const verdict = result.stdout.toString().trim()
  if (result.exitCode === 0 && isVerdict(verdict)) return verdict
  throw unproven()
}

function isVerdict(text: string): text is Verdict {
  return verdicts.includes(text)
}
