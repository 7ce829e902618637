/** A file of this machine on its way to a host. */

import type {Readable} from 'node:stream'
import {gzipSync} from 'node:zlib'
import {fileStream, readPiece} from '../../../lib/regular-file.js'

export interface Content {
  /** From where an earlier attempt ended. */
  readonly stream: Readable
  /** Bytes of the whole file, where that is known. */
  readonly total?: number
  readonly isCompressible: boolean
}

/** What is looked at to see whether compressing is worth it. */
const sampleBytes = 1024 * 1024
const worthwhile = 0.9

/** The file from `offset` on. */
export function contentOf(path: string, bytes: number, offset: number): Content {
  // the middle of an image says more than its beginning
  const sample = readPiece(path, Math.max(0, Math.floor((bytes - sampleBytes) / 2)), sampleBytes)
  const isCompressible = sample.length > 4096 && gzipSync(sample, {level: 1}).length < sample.length * worthwhile
  return {stream: fileStream(path, offset), total: bytes, isCompressible}
}
