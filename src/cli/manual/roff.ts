/** Pages for man(1), in the macros of man(7). */
import type {Block} from './markdown.js'
import {othersOf} from './plain.js'

export interface ManualPage {
  /** `ctys-start`. */
  readonly name: string
  readonly section: 1 | 7
  readonly summary: string
  readonly version: string
  readonly blocks: readonly Block[]
}

export function roffPage({name, section, summary, version, blocks}: ManualPage): string {
  return [
    `.TH ${quoted(name.toUpperCase())} ${section} "" ${quoted(`ctys ${version}`)} "ctys"`,
    '.SH NAME',
    `${roffText(name)} \\- ${roffText(summary)}`,
    ...blocks.flatMap(roffLines),
    '',
  ].join('\n')
}

function roffLines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'heading':
      return [`${block.level < 3 ? '.SH' : '.SS'} ${quoted(block.level < 3 ? block.text.toUpperCase() : block.text)}`]
    case 'text':
      return ['.PP', roffText(block.text)]
    case 'item':
      return ['.IP \\(bu 2', roffText(block.text)]
    case 'code':
      return ['.PP', '.RS 4', '.nf', ...block.lines.map(roffText), '.fi', '.RE']
    case 'table':
      return block.rows.flatMap(([first = '', ...others]) => [
        '.TP',
        `\\fB${roffText(first)}\\fR`,
        ...othersOf(block.heads, others).flatMap((text, i) => (i === 0 ? [roffText(text)] : ['.br', roffText(text)])),
      ])
  }
}

/** Nothing of it is a request or an escape of roff; hyphens can be copied, and every character is ASCII. */
function roffText(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(
      /[^\x20-\x7e]/gu,
      (char) => `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^([.'])/, '\\&$1')
}

function quoted(text: string): string {
  return `"${roffText(text).replaceAll('"', '\\(dq')}"`
}
