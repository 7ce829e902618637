/** Ends what a start left behind, and says what is left all the same. The script is remote/start-end.ts. */
import {randomBytes} from 'node:crypto'
import {ActionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {startEndScript} from '../remote/start-end.js'
import type {Started} from './start-request.js'

export interface EndRequest {
  readonly token: string
  readonly started?: Omit<Started, 'pid' | 'remarks'>
  readonly message: string
  readonly hint?: string
  readonly code?: 'START_FAILED' | 'VNC_EXPOSED' | 'INTERRUPTED'
  readonly details?: readonly string[]
}

/** Ends what the start left and returns the error that says so; START_UNPROVEN when something may be left. */
export async function endStart(session: HostSession, request: EndRequest): Promise<ActionError> {
  const {token, started, message, hint, code = 'START_FAILED', details = []} = request
  const {launcher = '', since = '', log: file = '', lease = '', proven} = started ?? {}
  const again = randomBytes(16).toString('hex')
  const args = [token, launcher, since, file, lease, again, String(proven?.pid ?? ''), proven?.startTime ?? '']
  const extras = {...(hint !== undefined && {hint})}
  try {
    const result = await session.script(startEndScript, args, {deadlineMs: 15_000})
    const [head = '', ...tail] = result.stdout.toString().split(/^log\n/m)
    const log = [...details, ...tail.join('').split('\n').filter(Boolean)]
    const left = [...head.matchAll(/^left (\d+)$/gm)].map((match) => match[1])
    if (left.length === 0) return new ActionError(code, message, {...extras, details: log})
    return new ActionError('START_UNPROVEN', `${message}; still there: process ${left.join(', ')}`, {
      ...extras,
      details: log,
    })
  } catch (cause) {
    return new ActionError('START_UNPROVEN', `${message}; whether something is left could not be seen`, {
      ...extras,
      details,
      cause,
    })
  }
}
