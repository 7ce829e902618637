/** The machines of a file for `ctys new -f` (schemas/lab.schema.json): its values are the words of the command. */
import type {NewInput, NewWord} from './new-words.js'

/** An entry of the list. */
export interface LabEntry {
  readonly words: NewInput
  /** JSON pointer (RFC 6901) of where a word stands: in the entry, in the defaults, else that of the entry itself. */
  pointerOf(word: NewWord): string
}

type Facts = Readonly<Record<string, unknown>>

/** Of a value that fits the schema; what does not is left out, and is a fault of the schema. */
export function parseLab(value: unknown): readonly LabEntry[] {
  const file = asMap(value)
  const defaults: Facts = {...pick(file, 'hosts'), ...asMap(own(file, 'defaults'))}
  const entries = own(file, 'machines')
  if (!Array.isArray(entries)) return []
  return entries.map((entry: unknown, index): LabEntry => {
    const facts = asMap(entry)
    return {
      words: toWords({...defaults, ...facts}),
      pointerOf(word) {
        if (Object.hasOwn(facts, word)) return `/machines/${index}/${word}`
        if (Object.hasOwn(asMap(own(file, 'defaults')), word)) return `/defaults/${word}`
        return word === 'hosts' && Object.hasOwn(file, word) ? '/hosts' : `/machines/${index}`
      },
    }
  })
}

const lists: ReadonlySet<string> = new Set(['hosts', 'ssh-key', 'dns', 'step', 'arg'])

/** Texts become what the words of the command are; an empty one takes a default back. */
function toWords(facts: Facts): NewInput {
  const words = Object.entries(facts).flatMap(([key, value]) => {
    const fact = lists.has(key) ? asList(value) : wordOf(key, value)
    return fact === undefined ? [] : [[key, fact]]
  })
  return Object.fromEntries(words) as NewInput
}

function wordOf(key: string, value: unknown): string | number | boolean | undefined {
  const text = asText(value)
  if (text === undefined || text === '') return undefined
  if (key === 'cpus') return /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return key === 'full' ? text === 'true' : text
}

/** One text is a list of one. */
function asList(value: unknown): readonly string[] | undefined {
  if (value === '') return undefined
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.flatMap((item) => asText(item) ?? [])
}

/** JSON has numbers and truths of its own. */
function asText(value: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
}

function asMap(value: unknown): Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : {}
}

function own(facts: Facts, key: string): unknown {
  return Object.hasOwn(facts, key) ? facts[key] : undefined
}

function pick(facts: Facts, key: string): Facts {
  return Object.hasOwn(facts, key) ? {[key]: facts[key]} : {}
}
