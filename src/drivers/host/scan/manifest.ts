/**
 * What a scan asks of a host when it remembers the last one, and what it remembers of this one. The host lists path,
 * inode, size and times of its files and compares the checksum of that listing with the one it is told. The same: that
 * is the whole answer. Else the listing comes, with the contents of files that are not older than the last scan. A file
 * whose stamp is not the remembered one and whose content did not come (it was moved here, or came with a mount) is
 * asked for by name.
 *
 * Times have seconds. As in git's index, a file that changed in the last seconds before a scan may change again without
 * a new stamp: it is not remembered, and neither is the checksum of a listing with such a file in it.
 */
import type {ScanMemory, TypedReading} from '../../../domain/inventory/scan-memory.js'
import {posixCksum} from '../../../lib/posix-cksum.js'
import type {Answer, FoundFile, HostFacts} from './answer.js'

const racySeconds = 2

export interface Question {
  /** Contents of files that are older than this, in seconds of the host's clock, are not wanted. */
  readonly since: number
  /** The listing that need not be told again, as cksum(1) prints it; empty = none. */
  readonly digest: string
}

export const everything: Question = {since: 0, digest: ''}

export function questionOf(memory: ScanMemory | undefined): Question {
  if (memory === undefined) return everything
  return {since: Math.max(0, memory.clock - racySeconds), digest: memory.digest}
}

/** What a file said; undefined where that is not known and it has to be asked for. */
export function recall(file: FoundFile, memory: ScanMemory | undefined): TypedReading | null | undefined {
  const known = memory?.files[file.path]
  return file.stamp !== '' && known?.[0] === file.stamp ? known[1] : undefined
}

/** The host's own configuration under a path no file has; what it means depends on the facts of the host too. */
export function hostEntry({facts, file}: HostFacts): FoundFile | undefined {
  return file && {...file, path: 'host', stamp: [file.stamp, ...facts].join('\n')}
}

export interface Seen {
  readonly file: FoundFile
  readonly reading: TypedReading | null
}

/** `seen`: every file whose content is understood. `whole`: each file of the listing is among them or too large. */
export function remember(
  answer: Answer,
  {
    seen,
    whole,
    ...question
  }: Pick<ScanMemory, 'asked' | 'bases' | 'types'> & {
    readonly seen: readonly Seen[]
    readonly whole: boolean
  },
): ScanMemory {
  const isSure = ({stamp}: FoundFile) => stamp !== '' && !isRacy(stamp, answer.clock)
  const files = [...answer.bases.flatMap((base) => base.files), ...(answer.host?.file ? [answer.host.file] : [])]
  const sure = whole && files.every(isSure)
  return {
    ...question,
    scannedAt: '',
    clock: answer.clock,
    digest: sure ? posixCksum(answer.listing) : '',
    listing: answer.listing.toString('latin1'),
    files: Object.fromEntries(
      seen.filter(({file}) => isSure(file)).map(({file, reading}) => [file.path, [file.stamp, reading] as const]),
    ),
  }
}

function isRacy(stamp: string, clock: number): boolean {
  const [, , mtime = '', ctime = ''] = stamp.split(/[ \n]/)
  return Math.max(Number(mtime), Number(ctime)) >= clock - racySeconds
}
