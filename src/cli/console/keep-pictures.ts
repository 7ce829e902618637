import {mkdir, stat} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {UsageError} from '../../domain/errors.js'
import {atomicWrite} from '../../lib/atomic-write.js'

/**
 * Where pictures go: a name that ends in .png is a file for one of them; else it is a directory, made when it is not
 * there. Returns the absolute path of each.
 */
export async function pictureKeeper(out: string): Promise<(name: string, png: Buffer) => Promise<string>> {
  const isDirectory = (await stat(out).catch(() => undefined))?.isDirectory() ?? !out.toLowerCase().endsWith('.png')
  let used = 0
  return async (name, png) => {
    used += 1
    if (isDirectory) await mkdir(out, {recursive: true})
    else if (used > 1) throw new UsageError([`-o ${out}: there is more than one picture`], 'name a directory')
    const file = resolve(isDirectory ? join(out, name) : out)
    await atomicWrite(file, png)
    return file
  }
}
