/** What is to be made: the words of a call, or the entries of a file, with whoever is told what is wrong with them. */
import {dirname} from 'node:path'
import {UsageError} from '../../domain/errors.js'
import type {DocumentSource, NodeFault} from '../../domain/ports/documents.js'
import {documentFaults} from '../../lib/document-faults.js'
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
  const document = await documents.read(path, 'lab')
  const found: NodeFault[] = []
  const entries = parseLab(document.value).map(({words, pointerOf}): NewEntry => {
    const addFault: AddFault = (word, reason) => found.push({pointer: pointerOf(word), reason})
    return {words, addFault, ...(path !== '-' && {folder: dirname(path)})}
  })
  return {
    entries,
    refuse: (hint = 'ctys help machines says what may stand in it') => {
      const all = documentFaults(document, found)
      if (all.length > 0) throw new UsageError(all, hint)
    },
  }
}
