/**
 * Which hosts gave no answer lately: an empty private file for each in a directory of the cache, as old as that is. What
 * cannot be read or written is no memory.
 */
import {createHash} from 'node:crypto'
import {open, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {SilentHosts} from '../../src/domain/ports/silent-hosts.js'
import {formatTarget, type Target} from '../../src/domain/target.js'
import {makeDirectory} from '../../src/lib/make-directory.js'

/** Milliseconds. A host that is down for longer is tried in vain once in that time. */
const lately = 10 * 60_000

export function createSilentHosts(directory: () => string): SilentHosts {
  const fileOf = (target: Target) =>
    join(directory(), createHash('sha256').update(formatTarget(target).toLowerCase()).digest('hex').slice(0, 40))
  return {
    async isSilent(target) {
      try {
        const age = Date.now() - (await stat(fileOf(target))).mtimeMs
        return age >= 0 && age < lately
      } catch {
        return false
      }
    },
    async note(target, answered) {
      try {
        if (answered) return await rm(fileOf(target), {force: true})
        await makeDirectory(directory())
        const file = await open(fileOf(target), 'w', 0o600)
        try {
          const now = new Date()
          await file.utimes(now, now)
        } finally {
          await file.close()
        }
      } catch {
        // the next call waits its whole time
      }
    },
  }
}
