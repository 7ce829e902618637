import {randomBytes} from 'node:crypto'
import {constants, copyFile, link, open, readdir, rename, rm} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

export interface AtomicWriteOptions {
  /** Where the file as it was before is kept; that name too is a whole file at every moment. */
  readonly backup?: string
  /** Fires: nothing is changed and the signal's reason is thrown. Looked at until the file takes its name. */
  readonly signal?: AbortSignal
}

/**
 * Replaces a file in one step: readers and the next start, also after a power cut or SIGKILL, see the old or the new
 * file, whole. The new one is readable by its owner only. Throws the system's error with the old file untouched and no
 * temporary file left; those of a killed writer are removed by `removeLeftovers`.
 *
 * Order: write, fsync(file), keep the old one, rename(2), fsync(directory), without which a power cut may undo the rename.
 */
export async function atomicWrite(path: string, data: Buffer, options: AtomicWriteOptions = {}): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await writeSynced(temporary, data)
    if (options.backup !== undefined) await keep(path, options.backup)
    options.signal?.throwIfAborted()
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, {force: true}).catch(() => undefined)
    throw error
  }
  await syncDirectory(dirname(path))
}

/** Removes temporary files of writers of this file that were killed; only for the one who holds its lock. */
export async function removeLeftovers(path: string): Promise<void> {
  const prefix = `${basename(path)}.tmp-`
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(prefix)) await rm(join(dirname(path), name), {force: true})
  }
}

function temporaryName(path: string): string {
  return `${path}.tmp-${process.pid}-${randomBytes(6).toString('hex')}`
}

async function writeSynced(path: string, data: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(data)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Gives the file a second name by a hard link, or by a copy where the file system has none. */
async function keep(path: string, backup: string): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await link(path, temporary).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw error
      await copyFile(path, temporary, constants.COPYFILE_EXCL)
      await syncFile(temporary)
    })
    await rename(temporary, backup)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  } finally {
    // rename(2) of two names of one file does nothing and leaves both
    await rm(temporary, {force: true})
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Some file systems (FUSE, CIFS) have no fsync(2) for directories. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await directory.close()
  }
}
