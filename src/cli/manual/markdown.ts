/** Reads the part of Markdown that docs/ is written in: headings, paragraphs, lists, code and tables. */

export type Block =
  | {readonly kind: 'heading'; readonly level: number; readonly text: string}
  | {readonly kind: 'text' | 'item'; readonly text: string}
  | {readonly kind: 'code'; readonly lines: readonly string[]}
  | {readonly kind: 'table'; readonly heads: readonly string[]; readonly rows: readonly (readonly string[])[]}

/** Texts are plain: emphasis and links are taken out. */
export function readMarkdown(source: string): readonly Block[] {
  const lines = source.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? ''
    const from = at
    if (line.startsWith('```')) {
      at += 1
      while (at < lines.length && !lines[at]?.startsWith('```')) at += 1
      blocks.push({kind: 'code', lines: lines.slice(from + 1, at)})
      at += 1
    } else if (/^ {4}\S/.test(line)) {
      while (at < lines.length && (/^ {4}/.test(lines[at] ?? '') || isCodeGap(lines, at))) at += 1
      blocks.push({kind: 'code', lines: lines.slice(from, at).map((one) => one.slice(4))})
    } else if (line.startsWith('|')) {
      while (lines[at]?.startsWith('|')) at += 1
      const [heads = [], , ...rows] = lines.slice(from, at).map(cellsOf)
      blocks.push({kind: 'table', heads, rows})
    } else {
      at += 1
      const [, marks = '', heading = ''] = /^(#+) (.*)$/.exec(line) ?? []
      const item = /^(?:[*-]|[0-9]+\.) (.*)$/.exec(line)?.[1]
      if (marks !== '') blocks.push({kind: 'heading', level: marks.length, text: plainText(heading)})
      else if (item !== undefined) blocks.push({kind: 'item', text: plainText(item)})
      else if (line.trim() !== '') blocks.push({kind: 'text', text: plainText(line)})
    }
  }
  return blocks
}

function isCodeGap(lines: readonly string[], at: number): boolean {
  return lines[at] === '' && /^ {4}/.test(lines[at + 1] ?? '')
}

function cellsOf(line: string): readonly string[] {
  const inner = line.replace(/^\|/, '').replace(/\|\s*$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => plainText(cell.trim()))
}

/** A link to another document becomes the call that shows it. */
function plainText(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\((?:docs\/)?([a-z-]+)\.md(?:#[^)]*)?\)/g, (_, words: string, topic: string) =>
      /\.md$/.test(words) || words === topic ? `ctys help ${topic}` : `${words} (ctys help ${topic})`,
    )
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/`([^`]*)`/g, '$1')
    .replaceAll('\\|', '|')
}
