import {homedir} from 'node:os'
import {join} from 'node:path'
import {createCatalogue} from '../../inventory/images/catalogue.js'
import type {ImageCatalogue} from '../domain/ports/documents.js'

/** The images of this user, and those that ctys knows. */
export function composeImages(): ImageCatalogue {
  return createCatalogue(join(homedir(), '.ctys/images.yaml'))
}
