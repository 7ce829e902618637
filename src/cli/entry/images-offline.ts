import {listImages} from '../../app/machines/list-images.js'
import {composeImages} from '../../compose/images.js'
import {render} from '../../report/render.js'
import {printUseCase} from '../base/print-use-case.js'

/** `ctys images`: works offline. */
export async function imagesOffline(
  words: readonly string[],
  flags: {readonly json: boolean; readonly yaml?: boolean | undefined; readonly terse: boolean},
): Promise<void> {
  await printUseCase(flags, () => listImages(words, {images: composeImages()}), render)
}
