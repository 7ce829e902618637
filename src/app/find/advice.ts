/** What may have been meant by a question that nothing fits. */
import type {InventoryStore} from '../../domain/ports/ports.js'
import type {Advice} from '../../domain/results/find.js'
import {plural} from '../../lib/plural.js'
import {pastable} from '../../lib/shell-quote.js'
import {isPlainWord} from '../../query/language/find.js'
import {mostCompared, nearLabels} from './near-machine.js'

/** Undefined when nothing comes to mind. */
export async function adviceFor(
  words: readonly string[],
  inventory: InventoryStore,
  records: number,
  hosts: number,
): Promise<Advice | undefined> {
  if (hosts > 0) {
    const note = `${plural(hosts, 'host')} ${hosts === 1 ? 'does' : 'do'}, which are shown with --hosts`
    return {note, next: `ctys find --hosts ${words.map(pastable).join(' ')}`.trimEnd()}
  }
  if (words.some((word) => runState.test(word))) {
    if (words.some((word) => /suspended$/i.test(word))) {
      return {
        note: 'state is what a configuration says (ACTIVE, BACKUP ...)',
        next: suspendedQuestion,
      }
    }
    return {note: 'state is what a configuration says (ACTIVE, BACKUP ...)', next: 'ctys list HOST... shows what runs'}
  }
  if (words.some((word) => word.toLowerCase() === 'suspended')) {
    return {note: 'what is suspended is a question of its own', next: suspendedQuestion}
  }
  const pattern = asPattern(words)
  if (pattern !== undefined) {
    return {note: '* and ? stand for themselves, ~ takes a regular expression', next: `ctys find ${pattern}`}
  }
  return records > mostCompared ? undefined : nearLabel(words, inventory)
}

const suspendedQuestion = `ctys find ${pastable('suspended~.')}`

const runState =
  /^(?:state|vstat|vmstate)(?:==?|~)(?:run(?:ning)?|on|off|up|down|halted|idle|paused|stopped|suspended|shut.*)$/i

/** The words with a shell's pattern among them as a regular expression. */
function asPattern(words: readonly string[]): string | undefined {
  const isGlob = (word: string) => /[*?]/.test(word) && !/[~<>()]/.test(word)
  if (!words.some(isGlob)) return undefined
  const read = (word: string): string => {
    if (!isGlob(word)) return word
    const [, key = 'label', not = '', glob = word] = /^([a-z][a-z0-9]*)(!?)==?(.*)$/is.exec(word) ?? []
    const body = glob
      .replace(/[\\^$.|()[\]{}+]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    return `${key}${not}~^${body}$`
  }
  return words.map(read).map(pastable).join(' ')
}

async function nearLabel(words: readonly string[], inventory: InventoryStore): Promise<Advice | undefined> {
  const asked = words.map((word) => (isPlainWord(word) ? word : /^label==?(.*)$/is.exec(word)?.[1]))
  if (asked.every((text) => text === undefined)) return undefined
  const records = await inventory.all()
  for (const [index, text = ''] of asked.entries()) {
    const [label] = nearLabels(text, records)
    if (label === undefined) continue
    const better = words.map((word, at) => (at === index ? label : word))
    return {note: `did you mean ${label}?`, next: `ctys find ${better.map(pastable).join(' ')}`}
  }
  return undefined
}
