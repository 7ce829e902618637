/**
 * Xen domU configurations: `key = value` lines as xl.cfg(5) gives them, where a value is a string in either quotes, a
 * number, or a list of strings over several lines. The syntax once was Python; nothing is executed here, and what is no
 * literal is left alone. Keys of ctys (`#@#KEY = "value"`) in the same file win. Pure; never throws.
 */
import type {RecordField} from '../../domain/inventory/inventory-record.js'
import type {ConfigReading} from '../../domain/inventory/scan-memory.js'
import {checkedValue} from '../qemu/config/keys.js'
import {parseVmConfig} from '../qemu/config/vm-config.js'

type Value = string | readonly string[]
type Fields = Partial<Record<RecordField, string>>

/** Keys of which a domU has at least one besides its name. */
const telling = ['kernel', 'bootloader', 'builder', 'type', 'firmware', 'disk', 'vif', 'memory']

/** Undefined when the file is no domU configuration. */
export function readXenConfig(content: Buffer, path: string): ConfigReading | undefined {
  const text = content.toString('utf8')
  const marked = /^#@#[ \t]*MAGICID-XEN[ \t\r]*$/m.test(text)
  const values = readAssignments(text)
  const name = oneOf(values, 'name')
  const known = telling.filter((key) => values.has(key))
  if (!marked && (name === '' || known.length < 2)) return undefined
  const label = checkedValue('label', name)
  const kind = {
    type: 'XEN',
    sessionTypes: ['XEN'],
    ...(label !== undefined && {label}),
    uuid: checkedValue('uuid', oneOf(values, 'uuid')) ?? '',
    fields: machineFields(values),
    interfaces: listOf(values, 'vif').map((vif, index) => interfaceFields(vif, index)),
  }
  const reading = parseVmConfig(content, path, kind)
  if (label !== undefined || name === '' || reading.ignored) return reading
  return {...reading, rejects: [...reading.rejects, {path, line: 0, reason: `name: no label: ${JSON.stringify(name)}`}]}
}

function machineFields(values: ReadonlyMap<string, Value>): Fields {
  const builder = oneOf(values, 'type') || oneOf(values, 'builder')
  const accelerator = /^(?:hvm|pvh)/i.exec(builder)?.[0].toUpperCase() ?? 'PARA'
  return valid({
    vram: oneOf(values, 'memory'),
    vcpu: oneOf(values, 'vcpus'),
    vncDisplay: oneOf(values, 'vncdisplay'),
    accelerator,
    contextString: listOf(values, 'disk').join(' ').replaceAll(';', ' '),
  })
}

/** `mac=00:16:3e:00:00:01,bridge=br0,ip=10.0.0.7` */
function interfaceFields(vif: string, index: number): Fields {
  const parts = new Map(
    vif.split(',').map((part): [string, string] => {
      const [key = '', ...value] = part.split('=')
      return [key.trim(), value.join('=').trim()]
    }),
  )
  const part = (key: string) => parts.get(key) ?? ''
  const [ip = ''] = part('ip').split(/[/ ]/)
  return {...valid({mac: part('mac'), tcp: ip, relay: part('bridge')}), ifName: String(index)}
}

/** Without the fields whose value is none. */
function valid(fields: Fields): Fields {
  const found: Fields = {}
  for (const [field, raw] of Object.entries(fields) as [RecordField, string][]) {
    const value = checkedValue(field, raw)
    if (value !== undefined) found[field] = value
  }
  return found
}

function oneOf(values: ReadonlyMap<string, Value>, key: string): string {
  const value = values.get(key) ?? ''
  return typeof value === 'string' ? value : ''
}

function listOf(values: ReadonlyMap<string, Value>, key: string): readonly string[] {
  const value = values.get(key) ?? []
  return typeof value === 'string' ? [value] : value
}

/** The first assignment of a key wins, as everywhere in ctys. */
function readAssignments(text: string): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>()
  const start = /^[ \t]*([a-z_][a-z0-9_]*)[ \t]*=[ \t]*/gim
  for (let match = start.exec(text); match !== null; match = start.exec(text)) {
    const value = readValue(text, start.lastIndex)
    if (value === undefined) continue
    const key = (match[1] ?? '').toLowerCase()
    if (!values.has(key)) values.set(key, value.value)
    start.lastIndex = value.end
  }
  return values
}

/** A string of a list, or its end; a comma behind it belongs to it. Comments run to the end of their line. */
const item = /\s*(?:#[^\n]*\n\s*)*(?:(?:'([^'\n]*)'|"([^"\n]*)")\s*(?:#[^\n]*\n\s*)*,?|(\]))/y
const scalar = /(?:'([^'\n]*)'|"([^"\n]*)"|([\w.+-]+))(?=[ \t]*(?:[;#\r\n]|$))/y

function readValue(text: string, at: number): {value: Value; end: number} | undefined {
  if (text[at] !== '[') {
    scalar.lastIndex = at
    const found = scalar.exec(text)
    return found === null ? undefined : {value: found[1] ?? found[2] ?? found[3] ?? '', end: scalar.lastIndex}
  }
  const list: string[] = []
  for (item.lastIndex = at + 1; ; ) {
    const found = item.exec(text)
    if (found === null) return undefined
    if (found[3] !== undefined) return {value: list, end: item.lastIndex}
    list.push(found[1] ?? found[2] ?? '')
  }
}
