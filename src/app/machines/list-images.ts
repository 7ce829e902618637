import type {CommandContext} from '../../domain/ports/ports.js'
import type {ImagesResult} from '../../domain/results/images.js'

/** `ctys images [WORD...]`: the images that have a name. Opens no connection. Throws ConfigError CONFIG. */
export async function listImages(
  words: readonly string[],
  {images}: Pick<CommandContext, 'images'>,
): Promise<ImagesResult> {
  const all = await images.all()
  const fits = words.map((word) => word.toLowerCase())
  const textOf = ({name, title, files}: (typeof all)[number]) =>
    [name, title, ...files.map(({arch}) => arch)].join(' ').toLowerCase()
  return {kind: 'images', images: all.filter((one) => fits.every((word) => textOf(one).includes(word))), words}
}
