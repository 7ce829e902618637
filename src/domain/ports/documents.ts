/** Files that people write for one call, such as that of `ctys new -f`. */
import type {FileFault} from '../inventory/inventory-files.js'

/** What is wrong with a node of a file. */
export interface NodeFault {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string
  readonly reason: string
}

/** Texts, lists and maps as they stand, and what does not fit the schema. */
export interface FileDocument {
  readonly value: unknown
  /** In the order of the file. */
  readonly faults: readonly FileFault[]
  /** Further faults with line and column, in the order of the file. */
  locate(faults: readonly NodeFault[]): readonly FileFault[]
}

export type DocumentKind = 'lab'

export interface DocumentSource {
  /** A file of this machine, a pipe, or `-` for standard input. Throws UsageError for what cannot be read. */
  read(path: string, kind: DocumentKind): Promise<FileDocument>
}
