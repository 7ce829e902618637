/** What is to be made: the words of a call, or the entries of a file, with whoever is told what is wrong with them. */
import {dirname} from 'node:path'
import {UsageError} from '../../domain/errors.js'
import type {FileFault} from '../../domain/inventory/inventory-files.js'
import type {DocumentSource, NodeFault} from '../../domain/ports/documents.js'
import {faultLine} from '../../lib/fault-line.js'
import type {AddFault, NewInput} from '../../parse/make/new-words.js'
import {parseLab} from '../../parse/make/parse-lab.js'

export interface NewEntry {
  readonly words: NewInput
  readonly addFault: AddFault
  /** What relative names of files here are relative to; absent = where ctys was called. */
  readonly folder?: string
}

export interface NewEntries {
  readonly entries: readonly NewEntry[]
  /** Throws UsageError with every fault that was told so far; nothing when there was none. */
  refuse(hint?: string): void
}

/** Faults are those of options. */
export function entryOfFlags(words: NewInput): NewEntries {
  const faults: string[] = []
  const addFault: AddFault = (word, reason) => faults.push(word === 'name' ? reason : `--${word}: ${reason}`)
  return {
    entries: [{words, addFault}],
    refuse: (hint = 'ctys new --help') => {
      if (faults.length > 0) throw new UsageError(faults, hint)
    },
  }
}

/** Faults have the place where the word stands in the file. Throws UsageError for a file that cannot be read. */
export async function entriesOfFile(path: string, documents: DocumentSource): Promise<NewEntries> {
  const {value, faults, locate} = await documents.read(path, 'lab')
  const found: NodeFault[] = []
  const entries = parseLab(value).map(({words, pointerOf}): NewEntry => {
    const addFault: AddFault = (word, reason) => found.push({pointer: pointerOf(word), reason})
    return {words, addFault, ...(path !== '-' && {folder: dirname(path)})}
  })
  return {
    entries,
    refuse: (hint = 'ctys help machines says what may stand in it') => {
      const all = [...faults, ...withoutKnown(locate(found), faults)]
      if (all.length > 0) throw new UsageError(all.sort(byPlace).map(faultLine), hint)
    },
  }
}

/** What a default has wrong is told once, and what the schema refuses is not judged again. */
function withoutKnown(found: readonly FileFault[], known: readonly FileFault[]): readonly FileFault[] {
  const places = new Set(known.map(({line, column}) => `${line}:${column}`))
  const lines = new Set<string>()
  return found.filter((fault) => {
    const text = faultLine(fault)
    if (lines.has(text) || places.has(`${fault.line}:${fault.column}`)) return false
    lines.add(text)
    return true
  })
}

function byPlace(one: FileFault, other: FileFault): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0)
}
