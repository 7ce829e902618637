import {type ChildProcess, type SpawnOptions, spawn} from 'node:child_process'
import type {Readable, Writable} from 'node:stream'
import {ConnectError} from '../domain/errors.js'

type Piped = ChildProcess & {readonly stdin: Writable; readonly stdout: Readable; readonly stderr: Readable}

/**
 * A child whose streams are pipes, as `spawn` of Node; those that `stdio` leaves out are null. Where this process may open no more files Node makes neither the
 * streams nor the child; that is an error at once here (UNREACHABLE).
 */
export function spawnPiped(file: string, argv: readonly string[], options: SpawnOptions): Piped {
  const child = spawn(file, argv, options)
  if (child.stderr !== undefined) return child as Piped
  child.once('error', () => undefined)
  throw new ConnectError('UNREACHABLE', `cannot start ${file}: this process may have no more files open`, {
    hint: 'raise the limit: ulimit -n 1024',
  })
}
