/**
 * The JSON of Kea (dhcp4_lexer.ll): comments (`#`, `//`, C style), `<?include "FILE"?>`, commas behind the last value, any
 * number with a sign, without digits before or behind its point, or with zeros in front. What is wrong is reported with
 * its line and costs the object it stands in, never the file; a word that is no value is as if it were null. One pass without recursion; never throws.
 */
import type {Extracted, SourceReject} from '../../src/domain/network/network-entry.js'

export type JsonObject = Readonly<Record<string, unknown>>

export interface KeaJson extends Pick<Extracted, 'includes'> {
  /** Undefined when there is no value at all. */
  readonly value: unknown
  readonly faults: readonly SourceReject[]
  /** Objects with a fault in themselves: what they say may be another's. */
  readonly broken: ReadonlySet<unknown>
  /** Where objects and lists begin. */
  readonly lines: ReadonlyMap<unknown, number>
}

export function readKeaJson(text: string): KeaJson {
  const reader = new Reader()
  let line = 1
  for (const {0: whole, groups = {}} of text.matchAll(token)) {
    if (whole === '\n') line++
    else if (groups.comment !== undefined) {
      const isOpen = whole.startsWith('/*') && (whole.length < 4 || !whole.endsWith('*/'))
      if (isOpen) reader.fault(line, whole, 'the comment is not closed')
      for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at + 1)) line++
    } else if (groups.blank === undefined) reader.take(whole, line, groups)
  }
  reader.end(line)
  return reader
}

// a string ends with its line at the latest: a forgotten quote must not swallow the rest of the file
const token =
  /\n|(?<blank>[^\S\n]+|\ufeff)|(?<comment>#[^\n]*|\/\/[^\n]*|\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?)|<\?\s*include\s*"(?<include>[^"\n]*)"\s*\?>|(?<string>"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"?)|[{}[\],:]|[^\s{}[\],:"#/]+|[\s\S]/g
const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i
const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

interface Frame {
  readonly value: unknown[] | Record<string, unknown>
  readonly line: number
  key?: string
  /** What comes next; a comma may stand anywhere between values. */
  next: 'value' | 'key' | 'colon' | 'comma'
}

class Reader implements KeaJson {
  value: unknown
  readonly faults: SourceReject[] = []
  readonly broken = new Set<unknown>()
  readonly lines = new Map<unknown, number>()
  readonly includes: {line: number; path: string}[] = []
  private readonly open: Frame[] = []
  private readonly depths = {'{': 0, '[': 0}

  /** One for a line: what follows from a fault is none of its own. */
  fault(line: number, text: string, reason: string): void {
    if (this.faults.at(-1)?.line !== line) this.faults.push({line, text: text.slice(0, 80), reason})
  }

  take(text: string, line: number, {include, string}: Readonly<Record<string, string | undefined>>): void {
    if (include !== undefined) this.include(line, include)
    else if (string !== undefined) this.string(string, line)
    else if (text === '{' || text === '[') this.begin(text, line)
    else if (text === '}' || text === ']') this.close(text, line)
    else if (text === ',') this.comma(line)
    else if (text === ':') this.colon(line)
    else this.word(text, line)
  }

  end(line: number): void {
    if (this.open.length > 0) this.breakHere(line, '', 'the file ends before everything is closed')
    else if (this.value === undefined && this.faults.length === 0) this.faults.push({text: '', reason: 'is empty'})
    for (const {value} of this.open) this.broken.add(value)
  }

  private breakHere(line: number, text: string, reason: string): void {
    this.fault(line, text, reason)
    const frame = this.open.at(-1)
    if (frame !== undefined) this.broken.add(frame.value)
  }

  private include(line: number, path: string): void {
    this.includes.push({line, path})
    const frame = this.open.at(-1)
    if (frame?.key !== undefined) this.put(null, line, path)
    if (frame !== undefined && !Array.isArray(frame.value)) frame.next = 'key'
    else if (frame !== undefined) frame.next = 'value'
  }

  private string(quoted: string, line: number): void {
    const text = readString(quoted)
    const frame = this.open.at(-1)
    if (frame?.next === 'comma') this.fault(line, quoted, 'a comma is missing in front of it')
    if (frame === undefined || Array.isArray(frame.value) || frame.next === 'value')
      this.put(text ?? null, line, quoted)
    else if (frame.next === 'colon') this.breakHere(line, quoted, 'a ":" is missing in front of it')
    else {
      if (text !== undefined && Object.hasOwn(frame.value, text)) this.breakHere(line, quoted, 'is given twice')
      frame.key = text ?? ''
      frame.next = 'colon'
    }
    if (text !== undefined) return
    this.breakHere(line, quoted, 'is no whole string')
    if (frame !== undefined) frame.next = Array.isArray(frame.value) ? 'value' : 'key'
  }

  private word(text: string, line: number): void {
    const value = number.test(text) ? Number(text) : words.get(text)
    if (value === undefined) this.fault(line, text, 'is no value')
    const frame = this.open.at(-1)
    if (frame !== undefined && !Array.isArray(frame.value) && frame.next !== 'value') {
      this.breakHere(line, text, 'stands where a name should be')
    } else this.put(value ?? null, line, text)
  }

  private put(value: unknown, line: number, text: string): void {
    const frame = this.open.at(-1)
    if (frame === undefined) {
      if (this.value === undefined) this.value = value
      else this.fault(line, text, 'stands behind the end')
      return
    }
    if (Array.isArray(frame.value)) {
      if (frame.next === 'comma') this.fault(line, text, 'a comma is missing in front of it')
      frame.value.push(value)
    } else {
      frame.value[frame.key ?? ''] = value
      delete frame.key
    }
    frame.next = 'comma'
  }

  private begin(bracket: '{' | '[', line: number): void {
    const value = bracket === '{' ? (Object.create(null) as Record<string, unknown>) : []
    const frame = this.open.at(-1)
    if (frame !== undefined && !Array.isArray(frame.value) && frame.next !== 'value') {
      this.breakHere(line, bracket, 'stands where a name should be')
      // the object before it was not closed
      if (bracket === '{' && Array.isArray(this.open.at(-2)?.value)) this.pop()
    }
    const parent = this.open.at(-1)
    if (parent === undefined || Array.isArray(parent.value) || parent.next === 'value') this.put(value, line, bracket)
    this.lines.set(value, line)
    this.open.push({value, line, next: bracket === '{' ? 'key' : 'value'})
    this.depths[bracket]++
  }

  private close(bracket: '}' | ']', line: number): void {
    const wanted = bracket === '}' ? '{' : '['
    if (this.depths[wanted] === 0) this.breakHere(line, bracket, 'closes nothing')
    while (this.depths[wanted] > 0) {
      const frame = this.open.at(-1)
      if (frame?.key !== undefined) this.breakHere(line, frame.key, 'has no value')
      const isIt = Array.isArray(frame?.value) === (bracket === ']')
      if (!isIt) this.breakHere(line, bracket, `something opened in line ${frame?.line} is not closed before it`)
      this.pop()
      if (isIt) return
    }
  }

  private pop(): void {
    const frame = this.open.pop()
    if (frame !== undefined) this.depths[Array.isArray(frame.value) ? '[' : '{']--
  }

  private comma(line: number): void {
    const frame = this.open.at(-1)
    if (frame === undefined) {
      this.fault(line, ',', 'stands outside of everything')
      return
    }
    if (frame.key !== undefined) this.breakHere(line, frame.key, 'has no value')
    delete frame.key
    frame.next = Array.isArray(frame.value) ? 'value' : 'key'
  }

  private colon(line: number): void {
    const frame = this.open.at(-1)
    if (frame?.next === 'colon') frame.next = 'value'
    else this.breakHere(line, ':', 'stands behind no name')
  }
}

function readString(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string
  } catch {
    return undefined
  }
}
