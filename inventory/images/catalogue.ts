/** The images that have a name: those of the user in ~/.ctys/images.yaml, then those that ctys knows. */
import {ConfigError} from '../../src/domain/errors.js'
import type {CatalogueImage, ImageCatalogue} from '../../src/domain/ports/documents.js'
import {faultLine} from '../../src/lib/fault-line.js'
import {FileRefused, MiB, readIfThere} from '../../src/lib/regular-file.js'
import catalogue from './catalogue.json' with {type: 'json'}

const limit = {maxBytes: MiB, what: 'a catalogue of images'}
/** What an entry of the user may leave out. */
const usual = {title: '', seed: 'cloud-init', evidence: 'yours'} as const

export function createCatalogue(path: string): ImageCatalogue {
  return {
    async all() {
      const own = (await readOwn(path)).map((image) => ({...usual, ...image, source: path}))
      const names = new Set(own.map(({name}) => name))
      const known = (catalogue as {readonly images: readonly CatalogueImage[]}).images
      return [...own, ...known.filter(({name}) => !names.has(name))]
    },
  }
}

async function readOwn(path: string): Promise<readonly CatalogueImage[]> {
  let bytes: Buffer | undefined
  try {
    bytes = readIfThere(path, limit)
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR') return []
    throw faulty([`${path}: ${error instanceof FileRefused ? error.message : `cannot be read (${code ?? error})`}`])
  }
  if (bytes === undefined) return []
  // YAML and schemas are loaded by whoever reads such a file
  const {readDocument} = await import('../yaml/document.js')
  const {value, faults, locate} = readDocument(bytes, path, 'images')
  const images = (value as {readonly images?: readonly CatalogueImage[]} | undefined)?.images ?? []
  const unchecked = faults.length > 0 ? [] : locate(images.flatMap(uncheckedFiles))
  if (faults.length + unchecked.length > 0) throw faulty([...faults, ...unchecked].map(faultLine))
  return images
}

/** What is fetched is checked. */
function uncheckedFiles({files}: CatalogueImage, index: number) {
  return files.flatMap(({sha256, sha512, sums}, n) =>
    (sha256 ?? sha512 ?? sums) === undefined
      ? [{pointer: `/images/${index}/files/${n}`, reason: 'lacks sha256, sha512 or sums'}]
      : [],
  )
}

function faulty([first = '', ...rest]: readonly string[]): ConfigError {
  return new ConfigError('CONFIG', first, {
    hint: 'mend it or move it away; schemas/images.schema.json says what it may hold',
    ...(rest.length > 0 && {details: rest}),
  })
}
