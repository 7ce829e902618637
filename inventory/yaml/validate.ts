import {Ajv2020, type ErrorObject, type ValidateFunction} from 'ajv/dist/2020.js'
import guestsSchema from '../../schemas/guests.schema.json' with {type: 'json'}
import imagesSchema from '../../schemas/images.schema.json' with {type: 'json'}
import recordsSchema from '../../schemas/inventory.schema.json' with {type: 'json'}
import fileSchema from '../../schemas/inventory-file.schema.json' with {type: 'json'}
import labSchema from '../../schemas/lab.schema.json' with {type: 'json'}
import netSchema from '../../schemas/net.schema.json' with {type: 'json'}
import settingsSchema from '../../schemas/settings.schema.json' with {type: 'json'}
import {suggest} from '../../src/lib/suggest.js'
import {isMap} from './machine.js'

/** What is wrong with a value of a file. */
export interface ValueFault {
  /** JSON pointer of the node to show. */
  readonly pointer: string
  readonly reason: string
  /** Only the value of a fact: the records hold it nevertheless. */
  readonly isValue: boolean
}

/**
 * `file` is the layout for people, `records` what --json prints, `machine` one machine of a file, `settings` those of a
 * user, `lab` machines to be made, `images` a catalogue of images, `guests` one of guests, `net` networks of hosts.
 */
export type Layout = 'file' | 'records' | 'machine' | 'settings' | 'lab' | 'images' | 'guests' | 'net'

/** Items that are judged at a time: for each of them ajv copies the faults of those before. */
const itemsAtOnce = 100

/** All faults at once, in the order of the schema. The schemas are compiled when first used, in some milliseconds. */
export function validateLayout(layout: Layout, value: unknown): readonly ValueFault[] {
  const validate = validatorOf(layout)
  const list = longestList(value)
  if (list === undefined) return validate(value) ? [] : (validate.errors ?? []).map(toFault)
  const {key, items} = list
  const inList = `/${key}/`
  const faults: ValueFault[] = []
  for (let start = 0; start < items.length; start += itemsAtOnce) {
    if (validate({...list.map, [key]: items.slice(start, start + itemsAtOnce)})) continue
    for (const fault of (validate.errors ?? []).map(toFault)) {
      if (fault.pointer.startsWith(inList)) {
        const pointer = fault.pointer.slice(inList.length).replace(/^\d+/, (index) => String(start + Number(index)))
        faults.push({...fault, pointer: `${inList}${pointer}`})
      } else if (start === 0) faults.push(fault)
    }
  }
  return faults
}

/** The list of a map that has more items than are judged at a time. No schema says anything of such a list as a whole. */
function longestList(value: unknown) {
  if (!isMap(value)) return undefined
  for (const key of ['machines', 'records']) {
    const items = Object.hasOwn(value, key) ? value[key] : undefined
    if (Array.isArray(items) && items.length > itemsAtOnce) return {map: value, key, items: items as readonly unknown[]}
  }
  return undefined
}

let ajv: Ajv2020 | undefined

function validatorOf(layout: Layout): ValidateFunction {
  if (ajv === undefined) {
    ajv = new Ajv2020({allErrors: true, verbose: true, allowUnionTypes: true})
    ajv
      .addSchema(fileSchema, 'file')
      .addSchema(recordsSchema, 'records')
      .addSchema(settingsSchema, 'settings')
      .addSchema(labSchema, 'lab')
      .addSchema(imagesSchema, 'images')
      .addSchema(guestsSchema, 'guests')
      .addSchema(netSchema, 'net')
    ajv.addSchema({$ref: `${fileSchema.$id}#/$defs/machine`}, 'machine')
  }
  const validate = ajv.getSchema(layout)
  if (validate === undefined) throw new Error(`no schema ${layout}`)
  return validate
}

/** Keywords whose fault leaves the fact readable. */
const ofValues: ReadonlySet<string> = new Set(['pattern', 'enum', 'required'])

function toFault({instancePath, keyword, params, parentSchema, data}: ErrorObject): ValueFault {
  const isValue = ofValues.has(keyword)
  const here = (reason: string): ValueFault => ({pointer: instancePath, reason, isValue})
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(params.additionalProperty)
      const known = Object.keys(parentSchema?.properties ?? {})
      const near = suggest(name, known)
      const pointer = `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      return {pointer, reason: `is not known here${near === '' ? `; known: ${known.join(', ')}` : near}`, isValue}
    }
    case 'required':
      return here(`lacks ${String(params.missingProperty)}`)
    case 'enum':
      return here(`${shown(data)} is not one of ${oneOf(params.allowedValues)}`)
    case 'const':
      return here(`${shown(data)} is not ${JSON.stringify(params.allowedValue)}`)
    case 'pattern':
      return here(`${shown(data)} is not ${String(parentSchema?.description)}`)
    case 'type':
      return here(`is ${kindOf(data)} instead of ${kindsOf(params.type)}`)
    case 'minItems':
      return here('is empty')
    default:
      return here(`is wrong: ${keyword}`)
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function oneOf(values: readonly unknown[]): string {
  return values.filter((value) => value !== '').join(', ')
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isMap(value)) return 'a map'
  return value === '' || value === null ? 'empty' : 'a single value'
}

function kindsOf(type: unknown): string {
  const names: Readonly<Record<string, string>> = {array: 'a list', object: 'a map', string: 'text', number: 'a number'}
  const kinds = Array.isArray(type) ? type : [type]
  return kinds.map((kind) => names[String(kind)] ?? String(kind)).join(' or ')
}
