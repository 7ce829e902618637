/** What a host is asked for a machine in a directory that is there, as the original's ctys-createConfVM makes it. */
import type {EnumeratedMachine} from './answers.js'

export interface ConfigureAsk {
  /** Absolute, or relative to the home directory. */
  readonly directory: string
  /** Make the directory, one level. */
  readonly isNew: boolean
  readonly label: string
  /** YYYYMMDDhhmmss, for backups. */
  readonly serial: string
  /** Keys of the configuration in their order. */
  readonly settings: readonly (readonly [key: string, value: string])[]
  /** Write configuration and start script. */
  readonly files: boolean
  /** What exists is backed up and replaced; an image never is. */
  readonly replace: boolean
  /** The boot image to be made where there is none; a relative name lies in the directory. */
  readonly image?: {readonly path: string; readonly bytes: number; readonly isFull: boolean}
  /** Files that are copied into the directory. */
  readonly copies: readonly string[]
}

export interface ConfigureData {
  readonly kind: 'configure'
  readonly label: string
  readonly files: readonly ConfiguredFile[]
  readonly stored: readonly EnumeratedMachine[]
}

export interface ConfiguredFile {
  readonly path: string
  /** `same`: it was there like this; `kept`: an image that was there. */
  readonly state: 'written' | 'replaced' | 'same' | 'kept'
  /** Where the old one is. */
  readonly backup?: string
}
