/** The image that new machines are made of: what has to be brought to a host for it, and how it is called there. */
import {basename} from 'node:path'
import type {CommandContext} from '../../domain/ports/ports.js'
import {isLocal, type Target} from '../../domain/target.js'
import {type Digest, type ImageAsk, type ImageFrom, imageFolder, type Packing} from '../../domain/work/image.js'
import {localPath} from '../../lib/home.js'
import {reasonOf} from '../../lib/reason-of.js'
import {digestFile} from '../../lib/regular-file.js'
import {nearest} from '../../lib/suggest.js'
import type {AddFault} from '../../parse/make/new-words.js'
import type {NewRequest} from '../../parse/make/parse-new.js'
import {parseSums} from '../../parse/make/sums.js'

export interface FoundImage {
  /** Its path on a host, as MAKE takes it. */
  pathOn(target: Target, base: string): string
  /** What brings it there; absent where it lies there already. */
  askOf(target: Target, base: string): ImageAsk | undefined
}

type Images = Pick<CommandContext, 'images' | 'web' | 'signal'>

/** Everything wrong is a fault; then there is no image. With `planOnly` nothing is counted or fetched. */
export async function findImage(
  {image, template}: NewRequest,
  addFault: AddFault,
  {images, web, signal}: Images,
  planOnly: boolean,
  folder?: string,
): Promise<FoundImage | undefined> {
  if (image === undefined) return undefined
  const {word, sha256} = image
  switch (word.kind) {
    case 'host':
      return {pathOn: () => word.path, askOf: () => undefined}
    case 'here': {
      const path = localPath(word.path, folder)
      const counted = await count(path, planOnly, signal).catch((error: unknown) => {
        addFault('image', `${word.path} cannot be read: ${reasonOf(error)}`)
      })
      if (counted === undefined) return undefined
      if (sha256 !== undefined && counted.hex !== sha256 && !planOnly) {
        addFault('sha256', `${word.path} has another one: ${counted.hex}`)
        return undefined
      }
      const from = {kind: 'here', path, bytes: counted.bytes} as const
      return brought(path, {algorithm: 'sha256', hex: counted.hex}, from, path)
    }
    case 'url':
      return brought(word.url, {algorithm: 'sha256', hex: sha256 ?? ''}, {kind: 'url', url: word.url})
    case 'named': {
      const entries = await images.all()
      const entry = entries.find(({name}) => name === word.name)
      if (entry === undefined) {
        const near = nearest(
          word.name,
          entries.map(({name}) => name),
        )
        const meant = near === undefined ? 'ctys images shows them; a file here is ./NAME' : `${near}?`
        addFault('image', `'${word.name}' is no image of the catalogue (${meant})`)
        return undefined
      }
      const {arch = 'x86_64'} = template
      const file = entry.files.find((one) => one.arch === arch)
      if (file === undefined) {
        addFault(
          'image',
          `${entry.name} is there for ${entry.files.map((one) => one.arch).join(', ')}, not for ${arch}`,
        )
        return undefined
      }
      const digest = await digestOf(file, {web, signal}, planOnly).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        addFault('image', `the checksum of ${entry.name} cannot be fetched: ${reason}`)
        return undefined
      })
      return digest === undefined ? undefined : brought(file.url, digest, {kind: 'url', url: file.url})
    }
  }
}

async function count(path: string, planOnly: boolean, signal: AbortSignal) {
  return planOnly ? {hex: '', bytes: 0} : digestFile(path, 'sha256', signal)
}

async function digestOf(
  file: {readonly url: string; readonly sha256?: string; readonly sha512?: string; readonly sums?: string},
  {web, signal}: Pick<Images, 'web' | 'signal'>,
  planOnly: boolean,
): Promise<Digest> {
  if (file.sha256 !== undefined) return {algorithm: 'sha256', hex: file.sha256.toLowerCase()}
  if (file.sha512 !== undefined) return {algorithm: 'sha512', hex: file.sha512.toLowerCase()}
  const {sums = ''} = file
  if (planOnly) return {algorithm: 'sha256', hex: ''}
  const digest = parseSums(await web.text(sums, {signal}), fileName(file.url))
  if (digest === undefined) throw new Error(`${sums} does not name ${fileName(file.url)}`)
  return digest
}

/** `local`: where it lies for machines of this machine itself, which need no second one. */
function brought(origin: string, digest: Digest, from: ImageFrom, local?: string): FoundImage {
  const whole = fileName(origin)
  const [, packing] = /\.(xz|gz|bz2|zst)$/i.exec(whole) ?? []
  const plain = packing === undefined ? whole : whole.slice(0, -packing.length - 1)
  const [, stem = plain, ending = 'img'] = /^(.+)\.([A-Za-z0-9]{1,8})$/.exec(plain) ?? []
  const known =
    stem
      .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 100) || 'image'
  const name = [known, ...(digest.hex === '' ? [] : [digest.hex.slice(0, 16)])].join('-').concat(`.${ending}`)
  const isHere = (target: Target) => local !== undefined && packing === undefined && isLocal(target)
  return {
    pathOn: (target, base) => (isHere(target) ? (local ?? '') : `${base}/${imageFolder}/${name}`),
    askOf: (target, base) =>
      isHere(target)
        ? undefined
        : {base, name, digest, from, ...(packing !== undefined && {packing: packing.toLowerCase() as Packing})},
  }
}

function fileName(origin: string): string {
  return basename(URL.canParse(origin) ? new URL(origin).pathname : origin)
}
