import {hostname, userInfo} from 'node:os'
import {ConfigError} from '../domain/errors.js'
import {MiB, readRegularFile} from './regular-file.js'

/** Who holds a lock, as a holder writes it into the lock's file for the others. */
export interface LockOwner {
  readonly pid: number
  readonly host: string
  readonly user: string
  /** ISO 8601, UTC. */
  readonly since: string
}

export interface LockLimits {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

export interface HeldLock {
  /** Fires when the lock was lost while it was held. */
  readonly lost: AbortSignal
  /** Never rejects. */
  release(): Promise<void>
}

export function describeSelf(): LockOwner {
  return {pid: process.pid, host: hostname(), user: userName(), since: new Date().toISOString()}
}

/** An account without an entry in the user database has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

/** Whom a lock's file names; undefined where it names nobody or cannot be read. */
export function readOwner<T extends LockOwner = LockOwner>(path: string): T | undefined {
  try {
    return parseOwner<T>(readRegularFile(path, {maxBytes: MiB, what: 'a lock'}).toString())
  } catch {
    return undefined
  }
}

/** Undefined when the text is no owner: empty, cut off, or written by something else. */
export function parseOwner<T extends LockOwner = LockOwner>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isOwner(value) ? (value as T) : undefined
  } catch {
    return undefined
  }
}

function isOwner(value: unknown): value is LockOwner {
  if (typeof value !== 'object' || value === null) return false
  const {pid, host, user, since} = value as Record<string, unknown>
  const named = [host, user, since].every((text) => typeof text === 'string')
  return named && Number.isSafeInteger(pid) && (pid as number) > 0
}

export function lockedError(path: string, owner: LockOwner | undefined, waitedMs: number): ConfigError {
  const holder =
    owner === undefined
      ? 'another process'
      : `process ${owner.pid} of ${owner.user} on ${owner.host} since ${owner.since}`
  return new ConfigError('INVENTORY_LOCKED', `${path} is held by ${holder}`, {
    hint: `waited ${waitedMs / 1000} s; try again when that process is done`,
  })
}
