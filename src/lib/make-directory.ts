import {mkdir, stat} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'

/**
 * Makes a directory and those above it that are missing, closed to others. Throws the system's error. The `recursive`
 * of mkdir() does not end where a file system has no mkdir(2) and says ENOENT (proc(5)).
 */
export async function makeDirectory(path: string): Promise<void> {
  const missing: string[] = []
  for (let at = resolve(path); !(await isDirectory(at)) && dirname(at) !== at; at = dirname(at)) missing.push(at)
  for (const directory of missing.reverse()) {
    try {
      await mkdir(directory, {mode: 0o700})
    } catch (error) {
      // somebody else may have made it just now
      if (!(await isDirectory(directory))) throw error
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
