/**
 * Promise: only what was proven is signalled. A process is proven by its pid, its start time, its executable and the
 * words of its command line that name the machine, in the same script run that signals it.
 */
import {ActionError} from '../../domain/errors.js'
import type {HostSession} from '../../domain/ports.js'
import type {QemuProcess} from './processes.js'
import {proveKillScript} from './remote/prove-kill.js'

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

/** `signal` 0 looks only. Throws ActionError STOP_UNPROVEN when the host's answer makes no sense. */
export async function proveProcess(
  session: HostSession,
  process: QemuProcess,
  {send, signal}: {readonly send: 'TERM' | 'KILL' | '0'; readonly signal?: AbortSignal},
): Promise<Verdict> {
  const {pid, startTime, exePath, commandLine} = process
  const words = commandLine.identity.map((word) => word.replaceAll('\n', '\x01'))
  const result = await session.script(proveKillScript, [send, String(pid), startTime, exePath, ...words], {
    deadlineMs: 5_000,
    ...(signal !== undefined && {signal}),
  })
  const verdict = result.stdout.toString().trim()
  if (result.exitCode === 0 && isVerdict(verdict)) return verdict
  throw new ActionError('STOP_UNPROVEN', `process ${pid}: the host did not say whether it is still the machine`)
}

function isVerdict(text: string): text is Verdict {
  return verdicts.includes(text)
}
