/** A document as plain text for a terminal. */
import {wrapText} from '../../lib/text-width.js'
import type {Block} from './markdown.js'

/** Complete with line ends; no line but code is wider than `width`. */
export function plainManual(blocks: readonly Block[], width: number): string {
  const lines = blocks.flatMap((block, index): readonly string[] => {
    const gap = index === 0 || (block.kind === 'item' && blocks[index - 1]?.kind === 'item') ? [] : ['']
    return [...gap, ...blockLines(block, width)]
  })
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

function blockLines(block: Block, width: number): readonly string[] {
  switch (block.kind) {
    case 'heading':
      return [block.level < 3 ? block.text.toUpperCase() : block.text]
    case 'text':
      return indented(block.text, '  ', width)
    case 'item':
      return indented(block.text, '    ', width).map((line, i) => (i === 0 ? `  * ${line.slice(4)}` : line))
    case 'code':
      return block.lines.map((line) => `    ${line}`)
    case 'table':
      return block.rows.flatMap((row) => tableLines(block.heads, row, width))
  }
}

function indented(text: string, indent: string, width: number): readonly string[] {
  return wrapText(text, Math.max(20, width - indent.length)).map((line) => indent + line)
}

/** The first cell, and below it what the others say of it, by their headings where there are several. */
function tableLines(heads: readonly string[], row: readonly string[], width: number): readonly string[] {
  const [first = '', ...others] = row
  return [
    ...indented(first, '  ', width),
    ...othersOf(heads, others).flatMap((text) => indented(text, '      ', width)),
  ]
}

/** The cells behind the first, as sentences. */
export function othersOf(heads: readonly string[], others: readonly string[]): readonly string[] {
  const told = others.map((cell, i) => {
    const head = heads[i + 1] ?? ''
    return others.length === 1 || head === '' ? cell : `${head}: ${cell}`
  })
  return told.filter((text, i) => text !== '' && others[i] !== '')
}
