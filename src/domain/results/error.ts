import {type ErrorInfo, toErrorInfo} from '../errors.js'
import type {AskedHosts} from './find.js'

/** What ended a command before or beside any task. */
export interface ErrorResult {
  readonly kind: 'error'
  readonly error: ErrorInfo
  /** What hosts were asked before it. */
  readonly asked?: AskedHosts
}

/** Anything caught; what is not a CtysError is a fault of ours (INTERNAL, exit 70). */
export function errorResult(caught: unknown, asked?: AskedHosts): ErrorResult {
  return {kind: 'error', error: toErrorInfo(caught), ...(asked !== undefined && {asked})}
}
