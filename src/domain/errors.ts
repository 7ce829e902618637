import type {ErrorCode} from './error-codes.js'
import type {LeftAlone} from './machine/left-alone.js'

/** Where in a task something went wrong. */
export type Phase = 'resolve' | 'connect' | 'check' | 'run'

/** An error as plain data: what an outcome, a report and the JSON output carry. */
export interface ErrorInfo {
  readonly code: ErrorCode
  /** What happened, where, and what was found there. One line, hostile text already escaped by the printer. */
  readonly message: string
  /** The next command or step. */
  readonly hint?: string
  /** Evidence: further lines, such as the tail of a log. */
  readonly details?: readonly string[]
  /** Of a stop of all machines: those that run and were left alone, as in CancelData. */
  readonly leftAlone?: readonly LeftAlone[]
}

/**
 * What too many at a time look like. silent: the host took the connection and then said nothing in time. dropped: it
 * ended the connection before its first word. limited: sshd named MaxStartups. refused: sshd lets nobody of this address
 * in for now, as PerSourcePenalties and MaxStartups do.
 */
export type LoadSign = 'silent' | 'dropped' | 'limited' | 'refused'

export interface ErrorExtras {
  readonly hint?: string
  readonly details?: readonly string[]
  readonly cause?: unknown
  readonly load?: LoadSign
}

/** Base of every error ctys throws on purpose. Branch on `code` or class, never on text. */
export class CtysError extends Error {
  readonly code: ErrorCode
  readonly hint?: string
  readonly details?: readonly string[]
  /** Fewer at a time may help. */
  readonly load?: LoadSign
  readonly leftAlone?: readonly LeftAlone[]

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : {cause: extras.cause})
    this.name = new.target.name
    this.code = code
    if (extras.hint !== undefined) this.hint = extras.hint
    if (extras.details !== undefined) this.details = extras.details
    if (extras.load !== undefined) this.load = extras.load
  }
}

/** The command line is wrong; nothing was tried. Holds all faults at once. Exit 2. */
export class UsageError extends CtysError {
  constructor(faults: readonly string[], hint?: string) {
    const [first = 'wrong usage', ...rest] = faults
    super('USAGE', first, {...(hint !== undefined && {hint}), ...(rest.length > 0 && {details: rest})})
  }
}

/** Settings, inventory or schema of this machine are wrong; nothing was tried. Exit 2. */
export class ConfigError extends CtysError {}

/** Nothing or more than one thing has that name; nothing was tried. Exit 3. */
export class LookupError extends CtysError {}

/** The host could not be reached or did not prove who it is; nothing changed there. */
export class ConnectError extends CtysError {}

/** The host was looked at and refused; nothing changed there. */
export class PreconditionError extends CtysError {}

/** Something was tried on the host and may have changed it. */
export class ActionError extends CtysError {}

/** Turns anything caught into data; what is not ours becomes code INTERNAL. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof CtysError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint !== undefined && {hint: error.hint}),
      ...(error.details !== undefined && {details: error.details}),
      ...(error.leftAlone !== undefined && {leftAlone: error.leftAlone}),
    }
  }
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'INTERNAL',
    message,
    ...(error instanceof Error && error.stack && {details: error.stack.split('\n').slice(1, 6)}),
  }
}
