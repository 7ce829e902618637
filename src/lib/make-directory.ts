import {mkdirSync, statSync} from 'node:fs'
import {dirname, resolve} from 'node:path'

/**
 * Makes a directory and those above it that are missing, closed to others. Throws the system's error. The `recursive`
 * of mkdir() does not end where a file system has no mkdir(2) and says ENOENT (proc(5)).
 */
export function makeDirectory(path: string): void {
  const missing: string[] = []
  for (let at = resolve(path); !isDirectory(at) && dirname(at) !== at; at = dirname(at)) missing.push(at)
  for (const directory of missing.reverse()) {
    try {
      mkdirSync(directory, {mode: 0o700})
    } catch (error) {
      // somebody else may have made it just now
      if (!isDirectory(directory)) throw error
    }
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false
}
