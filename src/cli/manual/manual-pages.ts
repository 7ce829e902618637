/** Every page for man(1): ctys, each command, and the topics; made when ctys is built. */
import {commandBlocks, type Described, plainHelp} from './command-page.js'
import {type Block, readMarkdown} from './markdown.js'
import {roffPage} from './roff.js'
import {topics} from './topics.js'

interface Sources {
  readonly version: string
  /** The text of docs/TOPIC.md. */
  readonly read: (topic: string) => string
}

/** By file name, such as `ctys-start.1`; commands are named as oclif has them, `inventory:check`. */
export function manualPages(
  commands: Readonly<Record<string, Described>>,
  {version, read}: Sources,
): ReadonlyMap<string, string> {
  const pages = new Map<string, string>()
  const add = (name: string, section: 1 | 7, summary: string, blocks: readonly Block[]): void => {
    pages.set(`${name}.${section}`, roffPage({name, section, summary, version, blocks}))
  }
  const names = Object.keys(commands).map((id) => id.replaceAll(':', ' '))
  const summaryOf = (name: string) => plainHelp(commands[name.replaceAll(' ', ':')]?.summary ?? '')
  add('ctys', 1, 'virtual machines on many hosts, over SSH', [
    {kind: 'heading', level: 2, text: 'Synopsis'},
    {kind: 'code', lines: ['ctys COMMAND [WORD...] [OPTIONS]', 'ctys [-t TYPE] -a ACTION[=SUBOPTIONS] [user@]host...']},
    {kind: 'heading', level: 2, text: 'Commands'},
    {kind: 'table', heads: [], rows: names.map((name) => [`ctys ${name}`, summaryOf(name)])},
    {kind: 'heading', level: 2, text: 'Topics'},
    {kind: 'table', heads: [], rows: Object.entries(topics).map(([name, about]) => [`ctys-${name}(7)`, about])},
    {
      kind: 'text',
      text: 'Each command has a page of its own, ctys-COMMAND(1); ctys help COMMAND|TOPIC shows the same.',
    },
  ])
  for (const name of names) {
    const command = commands[name.replaceAll(' ', ':')]
    if (command !== undefined)
      add(`ctys-${name.replaceAll(' ', '-')}`, 1, summaryOf(name), commandBlocks(name, command))
  }
  for (const [topic, about] of Object.entries(topics)) {
    const [title, ...blocks] = readMarkdown(read(topic))
    const body = title === undefined || title.kind === 'heading' ? blocks : [title, ...blocks]
    add(`ctys-${topic}`, 7, about, [{kind: 'heading', level: 2, text: 'Description'}, ...body])
  }
  return pages
}
