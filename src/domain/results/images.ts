import type {CatalogueImage} from '../ports/documents.js'
import type {Shown} from './shown.js'

/** The catalogue of images. */
export interface ImagesResult extends Shown {
  readonly kind: 'images'
  /** Those that fit every word. */
  readonly images: readonly CatalogueImage[]
  readonly words: readonly string[]
}
