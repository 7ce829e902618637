import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {UsageError} from '../../domain/errors.js'
import {suggest} from '../../lib/suggest.js'
import {readMarkdown} from './markdown.js'
import {plainManual} from './plain.js'
import {topics} from './topics.js'

const widest = 100

/** Prints a topic of the package at `root`. Throws UsageError for what is none. */
export async function printTopic(topic: string, root: string, commands: readonly string[]): Promise<void> {
  if (!Object.hasOwn(topics, topic)) {
    const names = Object.keys(topics)
    const near = suggest(topic, [...names, ...commands.map((id) => id.replaceAll(':', ' '))])
    throw new UsageError(
      [`there is no command and no topic '${topic}'${near}`, `topics: ${names.join(', ')}`],
      'ctys help',
    )
  }
  const text = await readFile(join(root, 'docs', `${topic}.md`), 'utf8')
  const width = Math.min(process.stdout.columns || 80, widest)
  process.stdout.write(plainManual(readMarkdown(text), width))
  process.exitCode = 0
}
