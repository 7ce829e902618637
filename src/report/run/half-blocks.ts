import type {Picture} from '../../lib/png.js'

/**
 * A picture for a terminal with 24-bit colours: two rows of pixels a line, each cell the upper half block in the colour of
 * the upper pixel on that of the lower one. Not wider than `columns`; each pixel is the mean of what it stands for.
 */
export function halfBlocks({width, height, rgb}: Picture, columns: number): string {
  const across = Math.min(columns, width)
  const down = Math.max(1, Math.round((height * across) / width))
  const colour = (x: number, y: number): string => {
    const [left, right] = span(x, across, width)
    const [top, bottom] = span(Math.min(y, down - 1), down, height)
    let [red, green, blue] = [0, 0, 0]
    for (let row = top; row < bottom; row++) {
      for (let at = (row * width + left) * 3; at < (row * width + right) * 3; at += 3) {
        red += rgb[at] ?? 0
        green += rgb[at + 1] ?? 0
        blue += rgb[at + 2] ?? 0
      }
    }
    const count = (right - left) * (bottom - top)
    return [red, green, blue].map((sum) => Math.round(sum / count)).join(';')
  }
  const lines: string[] = []
  for (let y = 0; y < down; y += 2) {
    let line = ''
    let before = ''
    for (let x = 0; x < across; x++) {
      const paint = `\x1b[38;2;${colour(x, y)};48;2;${colour(x, y + 1)}m`
      line += paint === before ? '\u2580' : `${paint}\u2580`
      before = paint
    }
    lines.push(`${line}\x1b[0m\n`)
  }
  return lines.join('')
}

/** Which of `whole` parts the part `index` of `parts` stands for; at least one. */
function span(index: number, parts: number, whole: number): readonly [number, number] {
  const from = Math.floor((index * whole) / parts)
  return [from, Math.max(from + 1, Math.floor(((index + 1) * whole) / parts))]
}
