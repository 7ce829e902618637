/** The segments of a file for `ctys net apply -f` (schemas/net.schema.json); every fault with the place of its word. */
import type {NodeFault} from '../../domain/ports/documents.js'
import type {Become} from '../../domain/work/net.js'
import type {SegmentAsk} from '../../domain/work/net-segment.js'
import {parseNet} from './parse-net.js'
import {readPorts} from './read-ports.js'
import {readServices} from './read-services.js'
import {readSpan} from './read-span.js'
import {type AddFault, asItems, asMap, asText, asTexts, type Facts, own} from './values.js'

export interface ReadSegment {
  readonly ask: SegmentAsk
  readonly hosts: readonly string[]
  /** JSON pointers (RFC 6901) of the segment and of the word that names its hosts. */
  readonly pointer: string
  readonly hostsPointer: string
}

/** Of a value that fits the schema; what does not is left out, and is a fault of the schema. */
export function parseSegments(value: unknown, become: readonly Become[], faults: NodeFault[]): readonly ReadSegment[] {
  const file = asMap(value)
  const spanning: {readonly name: string; readonly bridge: string; readonly hosts: readonly string[]}[] = []
  return asItems(own(file, 'segments')).map((item, index): ReadSegment => {
    const facts = asMap(item)
    const pointer = `/segments/${index}`
    const has = (key: string) => Object.hasOwn(facts, key)
    const addFault: AddFault = (key, reason) => {
      const inFile = (key === 'user' || key === 'hosts') && !has(key) && Object.hasOwn(file, key)
      faults.push({pointer: inFile ? `/${key}` : has(key.split('/')[0] ?? '') ? `${pointer}/${key}` : pointer, reason})
    }
    const hosts = asTexts(own(facts, 'hosts') ?? own(file, 'hosts'))
    const owner = asText(own(facts, 'user') ?? own(file, 'user'))
    const ask = readSegment(facts, {owner, become, addFault})
    const {name, bridge = '', segment} = ask
    if (segment.span !== undefined && bridge !== '') {
      const other = spanning.find((one) => one.bridge === bridge && shareTwoHosts(one.hosts, hosts))
      if (other !== undefined)
        addFault(
          'bridge',
          `${other.name} joins ${bridge} of these hosts already: two ways send every frame in a circle`,
        )
      spanning.push({name, bridge, hosts})
    }
    return {
      ask,
      hosts,
      pointer,
      hostsPointer: has('hosts') ? `${pointer}/hosts` : Object.hasOwn(file, 'hosts') ? '/hosts' : pointer,
    }
  })
}

/** Two hosts or more are in both; a group may be many. */
function shareTwoHosts(some: readonly string[], others: readonly string[]): boolean {
  const common = some.filter((host) => others.includes(host))
  return common.length > 1 || common.some((host) => host.startsWith('@'))
}

interface Reading {
  readonly owner: string
  readonly become: readonly Become[]
  readonly addFault: AddFault
}

/** Which word of a segment an option of `ctys net up` is. */
const keys: Readonly<Record<string, string>> = {
  '--name': 'name',
  '-u': 'user',
  '-g': 'user',
  '-b': 'bridge',
  '-i': 'interface',
}

function readSegment(facts: Facts, {owner, become, addFault}: Reading): SegmentAsk {
  const text = (key: string) => asText(own(facts, key))
  const name = text('name')
  const hasSwitch = text('switch') !== 'false'
  const hasBridge = text('bridge') !== 'false'
  const bridge = hasBridge ? text('bridge') || `ctys-${name}` : undefined
  const port = text('interface')
  const said: string[] = []
  const words = {name, become, force: false, ...(owner !== '' && {owner}), ...(port !== '' && {interface: port})}
  const extent = hasBridge ? ('bridge' as const) : ('switch' as const)
  const ask = parseNet({...words, extent, ...(bridge !== undefined && {bridge})}, said)
  for (const fault of said) {
    const [, flag = '', reason = fault] = /^([^:,]+)(?:, -\w)?: (.*)$/.exec(fault) ?? []
    addFault(keys[flag] ?? (flag.startsWith('--extent') ? 'interface' : 'name'), reason)
  }
  if (!hasSwitch && !hasBridge) addFault('bridge', 'a segment without switch and bridge is none')
  return {
    ...ask,
    segment: {
      switch: hasSwitch,
      ...readSpan(facts, {name, hasSwitch, hasBridge, port, addFault}),
      ...readServices(facts, {hasBridge, addFault}),
      ...readPorts(facts, {hasSwitch, addFault, name}),
    },
  }
}
