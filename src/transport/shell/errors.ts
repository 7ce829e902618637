import {ConnectError, type LoadSign, PreconditionError} from '../../domain/errors.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {on} from '../../lib/command-on.js'

/** What a login shell is told to run: right in sh, bash, csh and fish alike. Everything else goes in on its stdin. */
export const remoteCommand = 'exec sh'

export function timedOut(target: Target, argv: readonly string[], deadlineMs: number): PreconditionError {
  const message = `${formatTarget(target)}: ${argv[0]} did not end within ${deadlineMs / 1000} s and was ended`
  return new PreconditionError('COMMAND_TIMEOUT', message)
}

export function tooLarge(target: Target, argv: readonly string[], maxBytes: number): PreconditionError {
  const what = argv[1] === '-c' ? `the script ${argv[3]}` : argv[0]
  const host = formatTarget(target)
  return new PreconditionError(
    'OUTPUT_TOO_LARGE',
    `${host}: ${what} printed more than ${maxBytes} bytes and was ended`,
    {
      hint: `no sound host says so much: leave it out, and see what its shell prints: ${on(target)`exec sh`}`,
    },
  )
}

export function tooLargeTogether(target: Target): PreconditionError {
  const message = `${formatTarget(target)}: the answers of all hosts are too large together, and this is the largest of them`
  return new PreconditionError('OUTPUT_TOO_LARGE', message, {hint: 'ask this host by itself, or fewer at a time'})
}

interface NoShell {
  /** What the host printed instead. */
  readonly said: readonly string[]
  readonly reason: string
  readonly load?: LoadSign | undefined
}

/** SHELL_FAILED: nothing that answers as a POSIX shell was started. */
export function shellFailed(target: Target, {said, reason, load}: NoShell): ConnectError {
  const lines = said.flatMap((text) => text.split(/\r?\n/)).filter((line) => line)
  // every shell and sshd have their own words for EAGAIN of fork(2), but these are in each of them
  const isFull = lines.some((line) => /\bfork\b|Resource temporarily unavailable/i.test(line))
  const why = isFull ? 'the account may start no more processes there (ulimit -u)' : reason
  return new ConnectError('SHELL_FAILED', `${formatTarget(target)}: no POSIX shell started: ${why}`, {
    hint: isFull
      ? `end some of its processes, or raise nproc in limits.conf: ${on({...target, user: 'root'})`ps -u USER`}`
      : `see what this prints: ${on(target)`exec sh`}`,
    ...(lines.length > 0 && {details: lines.slice(-10)}),
    ...(load !== undefined && {load}),
  })
}
