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

export type DocumentKind = 'lab' | 'net'

export interface DocumentSource {
  /** A file of this machine, a pipe, or `-` for standard input. Throws UsageError for what cannot be read. */
  read(path: string, kind: DocumentKind): Promise<FileDocument>
}

/** A system that can be fetched, under a name that is easy to type. */
export interface CatalogueImage {
  readonly name: string
  /** For people. */
  readonly title: string
  /** The account that cloud-init gives the keys to. */
  readonly login?: string
  /** What it needs to be told its name and its keys. */
  readonly seed: 'cloud-init' | 'none'
  readonly files: readonly CatalogueFile[]
  /** Whether ctys saw it: `never fetched here`, or when and with which QEMU. */
  readonly evidence: string
  /** The file it stands in, where that is one of the user. */
  readonly source?: string
}

/** For one guest CPU, as in qemu-system-ARCH. */
export interface CatalogueFile {
  readonly arch: string
  readonly url: string
  /** Its digest, or the address of a list of digests that its name stands in. */
  readonly sha256?: string
  readonly sha512?: string
  readonly sums?: string
}

export interface ImageCatalogue {
  /** Of the user, then those of ctys; the first of a name counts. Throws ConfigError CONFIG with every fault of the file. */
  all(): Promise<readonly CatalogueImage[]>
}
