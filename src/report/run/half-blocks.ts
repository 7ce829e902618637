import {meanOf} from '../../lib/contact-sheet.js'
import type {Picture} from '../../lib/png.js'

/**
 * A picture for a terminal with 24-bit colours: two rows of pixels a line, each cell the upper half block in the colour of
 * the upper pixel on that of the lower one. Not wider than `columns`; each pixel is the mean of what it stands for.
 */
export function halfBlocks(picture: Picture, columns: number): string {
  const width = Math.min(columns, picture.width)
  const height = Math.max(1, Math.round((picture.height * width) / picture.width))
  const colour = (x: number, y: number): string => {
    const mean = meanOf(picture, {x, y: Math.min(y, height - 1)}, {width, height})
    return [mean >> 16, (mean >> 8) & 0xff, mean & 0xff].join(';')
  }
  const lines: string[] = []
  for (let y = 0; y < height; y += 2) {
    let line = ''
    let before = ''
    for (let x = 0; x < width; x++) {
      const paint = `\x1b[38;2;${colour(x, y)};48;2;${colour(x, y + 1)}m`
      line += paint === before ? '\u2580' : `${paint}\u2580`
      before = paint
    }
    lines.push(`${line}\x1b[0m\n`)
  }
  return lines.join('')
}
