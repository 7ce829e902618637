import {UsageError} from '../../src/domain/errors.js'
import type {DocumentSource} from '../../src/domain/ports/documents.js'
import {reasonOf} from '../../src/lib/reason-of.js'
import {MiB, readInput} from '../../src/lib/regular-file.js'

const limit = {maxBytes: 16 * MiB, what: 'such a file'}

export const documents: DocumentSource = {
  async read(path, kind) {
    let bytes: Buffer
    try {
      bytes = await readInput(path, limit)
    } catch (error) {
      throw new UsageError([`${path} cannot be read: ${reasonOf(error)}`])
    }
    // YAML and schemas are loaded by whoever reads such a file
    const {readDocument} = await import('./document.js')
    return readDocument(bytes, path, kind)
  },
}
