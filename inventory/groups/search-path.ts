/** Files that are found by name along a list of directories, as PATH does for programs: the first hit counts. */
import {statSync} from 'node:fs'
import {readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {FileRefused, MiB, readRegularFile} from '../../src/lib/regular-file.js'
import {isListName} from './list-name.js'

/** PATH syntax; empty parts are left out, they would mean the current directory. */
export function splitSearchPath(path: string): readonly string[] {
  return [...new Set(path.split(':').filter((directory) => directory !== ''))]
}

export type FoundFile = {readonly file: string} & ({readonly text: string} | {readonly fault: string})

const limit = {maxBytes: MiB, what: 'a list'}

/**
 * The text of the first file of that name, or why it cannot be read; undefined when there is none, or the name
 * is none. A file that is there and cannot be read ends the search: the next of that name is another list.
 */
export async function findFile(directories: readonly string[], name: string): Promise<FoundFile | undefined> {
  if (!isListName(name)) return undefined
  for (const directory of directories) {
    const file = join(directory, name)
    const found = readList(file)
    if (found !== undefined) return {file, ...found}
  }
  return undefined
}

function readList(file: string): {text: string} | {fault: string} | undefined {
  try {
    const bytes = readRegularFile(file, limit)
    if (bytes.includes(0)) return {fault: 'is no text file'}
    return {text: new TextDecoder('utf-8', {fatal: true}).decode(bytes)}
  } catch (error) {
    if (error instanceof TypeError) return {fault: 'is not UTF-8'}
    // a directory holds the lists of longer names
    if (isDirectory(file)) return undefined
    if (error instanceof FileRefused) return {fault: `cannot be read: ${error.message}`}
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)) return undefined
    return {fault: `cannot be read (${code || String(error)})`}
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

const deepest = 8
const mostNames = 10_000

/** Names of all files below the directories, sorted, each once; what cannot be listed or has another name is left out. */
export async function listNames(directories: readonly string[]): Promise<readonly string[]> {
  const names = new Set<string>()
  for (const directory of directories) await collect(directory, '', 0, names)
  return [...names].sort()
}

async function collect(directory: string, lead: string, depth: number, names: Set<string>): Promise<void> {
  const entries = await readdir(join(directory, lead), {withFileTypes: true}).catch(() => [])
  for (const entry of entries) {
    const name = `${lead}${entry.name}`
    if (names.size >= mostNames) return
    if (!isListName(name)) continue
    if (entry.isDirectory()) {
      if (depth < deepest) await collect(directory, `${name}/`, depth + 1, names)
    } else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(join(directory, name))))) names.add(name)
  }
}

/** Not one that leads nowhere; links to directories are not entered, they may lead in a circle. */
function leadsToFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
