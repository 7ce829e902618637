/**
 * Reads a VM configuration file of ctys: lines `#@#KEY = "value"` and marker lines such as `#@#MAGICID-QEMU`. Nothing
 * in the file is executed; a plain literal assignment `KEY=value` at the start of a line stands in for a key that is
 * absent. The first value of a key wins. Never throws.
 *
 * Faults in LABEL, UUID or SESSIONTYPE reject the file; any other fault is reported and costs just that value.
 */
import type {RecordField} from '../../../domain/inventory/inventory-record.js'
import type {ConfigReading} from '../../../domain/inventory/scan-memory.js'
import type {EnumeratedMachine, Reject} from '../../../domain/work/answers.js'
import {configPrefix} from '../paths.js'
import {checkLabel, interfaceRules, type KeyRule, labelRule, machineRules, typeRule, uuidRule} from './keys.js'

export const maxConfigBytes = 256 * 1024

type Fields = Readonly<Partial<Record<RecordField, string>>>

/** Whose configuration a file is, and what it says besides the keys, which win. */
export interface ConfigKind {
  readonly type: string
  /** Values of SESSIONTYPE; the first is the type itself. */
  readonly sessionTypes: readonly string[]
  /** The file is of this kind only with this mark, or with a SESSIONTYPE. */
  readonly mark?: string
  readonly label?: string
  readonly uuid?: string
  readonly fields?: Fields
  readonly interfaces?: readonly Fields[]
}

const qemuKind: ConfigKind = {type: 'QEMU', sessionTypes: ['QEMU', 'KVM'], mark: 'MAGICID-QEMU'}

interface Entry {
  readonly line: number
  readonly value: string
  readonly fault?: string
}

/** Everything the lines say, not judged yet. */
interface Lines {
  readonly markers: ReadonlySet<string>
  readonly keys: ReadonlyMap<string, Entry>
  readonly assignments: ReadonlyMap<string, Entry>
}

export function parseVmConfig(content: Buffer, path: string, kind = qemuKind): ConfigReading {
  const reject = (line: number, reason: string): Reject => ({path, line, reason})
  const whole = (reason: string): ConfigReading => ({rejects: [reject(0, reason)], ignored: false})
  if (content.length > maxConfigBytes) return whole(`larger than ${maxConfigBytes / 1024} KiB`)
  if (content.includes(0)) return whole('binary data')
  // two such paths may look the same, and neither leads back to its file
  if (path.includes('\u{fffd}')) return whole('the path is not UTF-8 or holds U+FFFD')

  const lines = readLines(content)
  if (lines.markers.has('MAGICID-IGNORE') || lines.markers.has('MAGICID-NOENUM')) {
    return {rejects: [], ignored: true}
  }
  if (kind.mark !== undefined && !lines.markers.has(kind.mark)) {
    const foreign = [...lines.markers].some((marker) => /^MAGICID-[A-Z0-9]+$/.test(marker))
    if (foreign || lines.keys.size === 0) return {rejects: [], ignored: false}
    if (!lines.keys.has('SESSIONTYPE')) return whole(`no session type: neither ${kind.mark} nor SESSIONTYPE`)
  }

  const rejects: Reject[] = []
  const read = (rule: KeyRule, suffix = ''): string | undefined => {
    const found = findEntry(lines, rule.keys, suffix)
    if (found === undefined) return undefined
    const checked = found.entry.fault === undefined ? rule.check(found.entry.value) : {reason: found.entry.fault}
    if ('value' in checked) return checked.value
    rejects.push(reject(found.entry.line, `${found.key}: ${checked.reason}`))
    return undefined
  }

  read(typeRule(kind.sessionTypes))
  const uuid = read(uuidRule) ?? kind.uuid ?? ''
  const label = read(labelRule) ?? kind.label ?? labelFromPath(path, reject, rejects)
  const identityIsSound = rejects.length === 0
  const fields = {...kind.fields, ...readFields(machineRules, read)}
  const stated = interfaceNumbers(lines).map((n) => ({...fields, ...readInterface(n, read), ifName: String(n)}))
  const interfaces = stated.length > 0 ? stated : (kind.interfaces ?? []).map((own) => ({...fields, ...own}))

  rejects.sort((a, b) => a.line - b.line)
  if (!identityIsSound) return {rejects, ignored: false}
  const machine: EnumeratedMachine = {
    type: kind.type,
    label,
    id: path,
    uuid,
    interfaces: interfaces.length > 0 ? interfaces : [fields],
  }
  return {machine, rejects, ignored: false}
}

/** The key itself, under any of its names, else a literal assignment of such a name. */
function findEntry(lines: Lines, keys: readonly string[], suffix: string): {key: string; entry: Entry} | undefined {
  for (const source of [lines.keys, lines.assignments]) {
    for (const name of keys) {
      const key = name + suffix
      const entry = source.get(key)
      if (entry !== undefined) return {key, entry}
    }
  }
  return undefined
}

function labelFromPath(path: string, reject: (line: number, reason: string) => Reject, rejects: Reject[]): string {
  if (rejects.some(({reason}) => reason.startsWith('LABEL:'))) return ''
  const checked = checkLabel(configPrefix(path))
  if ('value' in checked) return checked.value
  rejects.push(reject(0, `LABEL is absent and the file name gives ${checked.reason}`))
  return ''
}

type Read = (rule: KeyRule, suffix?: string) => string | undefined

function readFields(rules: readonly KeyRule[], read: Read, suffix = ''): Partial<Record<RecordField, string>> {
  const fields: Partial<Record<RecordField, string>> = {}
  for (const rule of rules) {
    const value = read(rule, suffix)
    if (value !== undefined) fields[rule.field] = value
  }
  return fields
}

/** Interface 0 may be written without its number; `MAC0` goes before `MAC`. */
function readInterface(n: number, read: Read): Partial<Record<RecordField, string>> {
  const numbered = readFields(interfaceRules, read, String(n))
  return n === 0
    ? {
        ...readFields(
          interfaceRules.filter(({field}) => !(field in numbered)),
          read,
        ),
        ...numbered,
      }
    : numbered
}

const interfaceKeys: ReadonlySet<string> = new Set(interfaceRules.flatMap(({keys}) => keys))

function interfaceNumbers(lines: Lines): number[] {
  const numbers = new Set<number>()
  for (const key of [...lines.keys.keys(), ...lines.assignments.keys()]) {
    const [, name = '', digits = ''] = /^([A-Z]+)(0|[1-9]\d{0,2})?$/.exec(key) ?? []
    if (interfaceKeys.has(name)) numbers.add(Number(digits))
  }
  return [...numbers].sort((a, b) => a - b)
}

function readLines(content: Buffer): Lines {
  const markers = new Set<string>()
  const keys = new Map<string, Entry>()
  const assignments = new Map<string, Entry>()
  let line = 0
  for (let start = 0; start <= content.length; ) {
    const end = content.indexOf(0x0a, start)
    const raw = content.subarray(start, end < 0 ? content.length : end)
    start = end < 0 ? content.length + 1 : end + 1
    line += 1
    const text = decode(line === 1 ? withoutByteOrderMark(raw) : raw)
    if (text.startsWith('#@#')) addKey(text.slice(3), line, {markers, keys})
    else addAssignment(text, line, assignments)
  }
  return {markers, keys, assignments}
}

/** Invalid UTF-8 becomes U+FFFD: harmless in a comment, a fault in a key. */
function decode(raw: Buffer): string {
  return raw.toString('utf8').replace(/\r$/, '')
}

function withoutByteOrderMark(raw: Buffer): Buffer {
  return raw.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? raw.subarray(3) : raw
}

/** Names of older releases carried a `CTYS-` in front. An empty value is the same as no key. */
function addKey(text: string, line: number, {markers, keys}: {markers: Set<string>; keys: Map<string, Entry>}): void {
  const [, name = '', rest = ''] = /^[ \t]*(?:CTYS-)?([A-Za-z][A-Za-z0-9_-]*)[ \t]*(.*)$/s.exec(text) ?? []
  if (name === '') return
  if (name.startsWith('MAGICID-')) markers.add(name)
  else if (rest.startsWith('=') && !keys.has(name)) {
    const entry = unquote(rest.slice(1).trim(), line)
    if (entry.value !== '' || entry.fault !== undefined) keys.set(name, entry)
  }
}

function unquote(text: string, line: number): Entry {
  if (text.includes('\u{fffd}')) return {line, value: '', fault: 'not UTF-8'}
  const quote = text[0]
  if (quote !== '"' && quote !== "'") return {line, value: text}
  const end = text.indexOf(quote, 1)
  if (end < 0) return {line, value: '', fault: `no closing ${quote}`}
  const value = text.slice(1, end).trim()
  return /^\s*(?:#.*)?$/s.test(text.slice(end + 1))
    ? {line, value}
    : {line, value: '', fault: `text behind the closing ${quote}`}
}

/** Only a literal: whatever the shell would expand is left alone. */
function addAssignment(text: string, line: number, assignments: Map<string, Entry>): void {
  const literal =
    /^(?:export[ \t]+)?([A-Z][A-Z0-9_]*)=(?:"([^"$`\\]*)"|'([^']*)'|([\w./:@%+,-]*))[ \t]*;?[ \t]*(?:#.*)?$/
  const [, name, double, single, bare] = literal.exec(text) ?? []
  const value = (double ?? single ?? bare ?? '').trim()
  if (name === undefined || value === '' || assignments.has(name)) return
  assignments.set(name, {line, value})
}
