/**
 * Xen domU configurations (xl.cfg(5), xl-network-configuration(5)) and those of xm, which are Python: nothing is executed
 * here, and what is no literal is not recorded. Keys of ctys (`#@#KEY = "value"`) in the same file win. Pure; never throws.
 */
import type {RecordField} from '../../domain/inventory/inventory-record.js'
import type {ConfigReading} from '../../domain/inventory/scan-memory.js'
import {fitting} from '../config/foreign-machine.js'
import {checkedValue} from '../qemu/config/keys.js'
import {maxConfigBytes, parseVmConfig} from '../qemu/config/vm-config.js'
import {type Assignments, readAssignments, wholeNumber} from './assignments.js'

type Fields = Partial<Record<RecordField, string>>

/** Keys of which a domU has at least one besides its name. */
const telling = ['kernel', 'bootloader', 'builder', 'type', 'firmware', 'disk', 'vif', 'memory']

/** Undefined when the file is no domU configuration. */
export function readXenConfig(content: Buffer, path: string): ConfigReading | undefined {
  const text = content.toString('utf8', 0, maxConfigBytes)
  const marked = /^#@#[ \t]*MAGICID-XEN[ \t\r]*$/m.test(text)
  const values = readAssignments(text)
  const name = textOf(values, 'name')
  const known = telling.filter((key) => values.get(key) !== undefined)
  if (!marked && (name === '' || known.length < 2)) return undefined
  const label = checkedValue('label', name)
  const kind = {
    type: 'XEN',
    sessionTypes: ['XEN'],
    ...(label !== undefined && {label}),
    uuid: checkedValue('uuid', textOf(values, 'uuid')) ?? '',
    fields: machineFields(values),
    interfaces: listOf(values, 'vif').map((vif, index) => interfaceFields(vif, index)),
  }
  const reading = parseVmConfig(content, path, kind)
  if (label !== undefined || name === '' || reading.ignored) return reading
  return {...reading, rejects: [...reading.rejects, {path, line: 0, reason: `name: no label: ${JSON.stringify(name)}`}]}
}

function machineFields(values: Assignments): Fields {
  return valid({
    vram: numberOf(values, 'memory'),
    vcpu: numberOf(values, 'vcpus'),
    vncDisplay: displayOf(values),
    accelerator: acceleratorOf(values),
    contextString: fitting(listOf(values, 'disk')),
  })
}

/** xl.cfg(5), "type": PV where neither it nor xm's builder is stated; unknown where it is no literal. */
function acceleratorOf(values: Assignments): string {
  const key = values.has('type') ? 'type' : 'builder'
  const kind = textOf(values, key).toLowerCase()
  if (kind === 'hvm' || kind === 'pvh') return kind.toUpperCase()
  const isPara = !values.has(key) || ['pv', 'linux', 'generic'].includes(kind)
  return isPara ? 'PARA' : ''
}

/** The display that is fixed: the one of the domU itself, else that of the first frame buffer shown by VNC. */
function displayOf(values: Assignments): string {
  const keys = ['vnc', 'vncunused', 'vncdisplay', 'vnclisten']
  const own = new Map(keys.map((key) => [key, textOf(values, key)]))
  const buffers = listOf(values, 'vfb').map(partsOf)
  return [own, ...buffers].map(displayIn).find((display) => display !== '') ?? ''
}

/** `vnclisten` may hold the display behind its address; with `vncunused` any free one is taken. */
function displayIn(options: ReadonlyMap<string, string>): string {
  const option = (key: string): string => options.get(key) ?? ''
  const isOther = !['', 'vnc'].includes(option('type').toLowerCase()) || wholeNumber(option('vnc')) === 0
  if (isOther || (wholeNumber(option('vncunused')) ?? 0) !== 0) return ''
  const behind = /^(?:\[[^\]]*\]|[^:]*):(\d+)$/.exec(option('vnclisten'))?.[1] ?? ''
  return String(wholeNumber(behind || option('vncdisplay')) ?? '')
}

/** `mac=00:16:3e:00:00:01,bridge=br0,ip=10.0.0.7` */
function interfaceFields(vif: string, index: number): Fields {
  const parts = partsOf(vif)
  const part = (key: string) => parts.get(key) ?? ''
  const [ip = ''] = part('ip').split(/[/ ]/)
  return {...valid({mac: part('mac'), tcp: ip, relay: part('bridge')}), ifName: String(index)}
}

/** The options of a device string, `KEY=VALUE` between commas. */
function partsOf(device: string): ReadonlyMap<string, string> {
  return new Map(
    device.split(',').map((part): [string, string] => {
      const [key = '', ...value] = part.split('=')
      return [key.trim().toLowerCase(), value.join('=').trim()]
    }),
  )
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

function textOf(values: Assignments, key: string): string {
  const value = values.get(key) ?? ''
  return typeof value === 'object' ? '' : String(value)
}

/** xl reads a number in quotes as one without (strtoul(3), base 0); a unit may stand behind it. */
function numberOf(values: Assignments, key: string): string {
  const text = textOf(values, key).trim()
  return String(wholeNumber(text) ?? (/^[1-9]\d*\D+$/.test(text) ? text : ''))
}

/** The strings of a list; a string alone is a list of one. */
function listOf(values: Assignments, key: string): readonly string[] {
  const value = values.get(key) ?? []
  return [value].flat().filter((item) => typeof item === 'string')
}
