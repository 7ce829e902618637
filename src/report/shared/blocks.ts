/** Rows one below the other, a line for each value, where a terminal has no room for columns; as psql's expanded form. */
import {fitText, padText, textWidth, wrapText} from '../../lib/text-width.js'
import type {Paint} from './style.js'

interface Block {
  /** Escaped; `-` is left out. */
  readonly cells: readonly string[]
  readonly paint?: Paint | undefined
}

const gap = '  '
/** Columns of the terminal a value needs beside its title. */
const leastValue = 12

/** No line is wider than `width`; values go on in the next line, and nothing is cut but a character wider than that. */
export function formatBlocks(titles: readonly string[], blocks: readonly Block[], width: number): string {
  const titleWidth = Math.max(...titles.map(textWidth))
  const left = width - titleWidth - gap.length
  const linesOf = (title: string, text: string): readonly string[] => {
    if (left < leastValue) return [fitText(title, width), ...wrapText(text, width)]
    return wrapText(text, left).map((line, i) => `${padText(i === 0 ? title : '', titleWidth)}${gap}${line}`)
  }
  return blocks
    .map(({cells, paint = same}) =>
      titles
        .flatMap((title, i) => (cells[i] === '-' ? [] : linesOf(title, cells[i] ?? '')))
        .map((line) => `${paint(fitText(line, width))}\n`)
        .join(''),
    )
    .join('\n')
}

const same: Paint = (text) => text
