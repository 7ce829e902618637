/** What is asked of a host that is to have an image to make machines of, and what it answers; plain JSON. */

export type DigestAlgorithm = 'sha256' | 'sha512'

/** Of the file as it travels, in lower-case hexadecimal digits. */
export interface Digest {
  readonly algorithm: DigestAlgorithm
  /** Empty in a plan alone, for what nobody has counted yet. */
  readonly hex: string
}

/** How a file is packed; the host unpacks it. */
export const packings = ['xz', 'gz', 'bz2', 'zst'] as const
export type Packing = (typeof packings)[number]

/** Where the file comes from: this machine, or an address that the host fetches itself, or through here. */
export type ImageFrom =
  | {readonly kind: 'here'; readonly path: string; readonly bytes: number}
  | {readonly kind: 'url'; readonly url: string}

export interface ImageAsk {
  /** Where the machines of the host are made; images lie in a hidden directory below. */
  readonly base: string
  /** Of the file there; names its content too. */
  readonly name: string
  readonly digest: Digest
  readonly packing?: Packing
  readonly from: ImageFrom
}

export interface ImageData {
  readonly kind: 'image'
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** `through`: this machine fetched it for the host. */
  readonly state: 'there' | 'sent' | 'fetched' | 'through'
  /** What travelled, without what was there of an earlier attempt. */
  readonly bytes: number
}

/** The hidden directory of images, beside the machines: it is no cache that anything may empty, linked clones need it. */
export const imageFolder = '.images'
