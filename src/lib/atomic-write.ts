import {randomBytes} from 'node:crypto'
import type {Stats} from 'node:fs'
import {
  constants,
  copyFile,
  type FileHandle,
  link,
  lstat,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

export interface AtomicWriteOptions {
  /** Where the file as it was before is kept; that name too is a whole file at every moment. */
  readonly backup?: string
  /** Fires: nothing is changed and the signal's reason is thrown. Looked at until the file takes its name. */
  readonly signal?: AbortSignal
  /** Permissions of a file that was not there, less the umask; default: its owner only. */
  readonly mode?: number
}

/**
 * Replaces a file in one step: readers and the next start, also after a power cut or SIGKILL, see the old or the new
 * file, whole. The new one has the permissions, the group and the owner of the old one, the last two as far as this user may
 * give them; a symbolic link stays and its file is replaced. Throws the system's error with the old file untouched and
 * no temporary file left; those of a killed writer are removed by `removeLeftovers`.
 *
 * Order: write, fsync(file), keep the old one, rename(2), fsync(directory), without which a power cut may undo the rename.
 */
export async function atomicWrite(path: string, data: Buffer, options: AtomicWriteOptions = {}): Promise<void> {
  const {real, old} = await inspect(path)
  const temporary = temporaryName(real)
  try {
    await writeSynced(temporary, data, old ?? options.mode ?? 0o600)
    if (options.backup !== undefined) await keep(real, options.backup)
    options.signal?.throwIfAborted()
    await rename(temporary, real)
  } catch (error) {
    await rm(temporary, {force: true}).catch(() => undefined)
    throw error
  }
  await syncDirectory(dirname(real))
}

/** The file that a name stands for: what is locked, backed up and cleaned is beside it. Throws as `atomicWrite` does. */
export async function fileBehind(path: string): Promise<string> {
  return (await inspect(path)).real
}

/** A link must be ours or root's: where others may write, one could lead anywhere. One that leads nowhere is an error. */
async function inspect(path: string): Promise<{readonly real: string; readonly old?: Stats}> {
  let first: Stats
  try {
    first = await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {real: path}
    throw error
  }
  if (first.isSymbolicLink() && first.uid !== 0 && first.uid !== process.getuid?.()) {
    throw new Error(`${path} is a symbolic link of another user`)
  }
  const real = await realpath(path)
  const old = await stat(real)
  if (!old.isFile()) throw new Error(`${real} is no regular file`)
  return {real, old}
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

/** Makes a file with these permissions, or with those of the old file. */
async function writeSynced(path: string, data: Buffer, like: Stats | number): Promise<void> {
  const file = await open(path, 'wx', typeof like === 'number' ? like : 0o600)
  try {
    if (typeof like !== 'number') await resemble(file, like)
    await file.writeFile(data)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Only root gives files away; others may give a group they are in. What the old group may is not for another one. */
async function resemble(file: FileHandle, {uid, gid, mode}: Stats): Promise<void> {
  const own = await file.stat()
  const hasGroup = own.gid === gid || (await succeeds(file.chown(-1, gid)))
  if (own.uid !== uid) await succeeds(file.chown(uid, -1))
  await file.chmod(mode & (hasGroup ? 0o777 : 0o707))
}

function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
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
