import {EVENT_ALIAS, EVENT_MAPPING, EVENT_POP, EVENT_SCALAR, EVENT_SEQUENCE, getScalarValue, parseEvents} from 'js-yaml'

export interface Position {
  /** Both 1-based; the column counts characters. */
  readonly line: number
  readonly column: number
}

/**
 * Where these nodes of a YAML text stand, by JSON pointer (RFC 6901): of an entry of a mapping its key, of an item of a
 * sequence its beginning. The text must be one that loads.
 */
export function positionsOf(source: string, wanted: ReadonlySet<string>): ReadonlyMap<string, Position> {
  const found = [...nodeOffsets(source)].filter(([pointer]) => wanted.has(pointer)).sort(([, a], [, b]) => a - b)
  const toPosition = positionFinder(source)
  return new Map(found.map(([pointer, offset]) => [pointer, toPosition(offset)]))
}

interface Container {
  readonly pointer: string
  readonly isMapping: boolean
  items: number
  key?: {readonly name: string; readonly start: number} | undefined
}

function nodeOffsets(source: string): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>()
  const open: (Container | undefined)[] = []
  /** The pointer of the node that begins here, or undefined for a key, which is remembered. */
  const enter = (start: number, name?: string): string | undefined => {
    const parent = open.at(-1)
    if (parent === undefined) {
      offsets.set('', start)
      return ''
    }
    if (parent.isMapping && parent.key === undefined) {
      parent.key = {name: name ?? '', start}
      return undefined
    }
    const pointer = `${parent.pointer}/${parent.key === undefined ? parent.items++ : escapePointer(parent.key.name)}`
    offsets.set(pointer, parent.key?.start ?? start)
    parent.key = undefined
    return pointer
  }
  for (const event of parseEvents(source, {})) {
    if (event.type === EVENT_MAPPING || event.type === EVENT_SEQUENCE) {
      open.push({pointer: enter(event.start) ?? '', isMapping: event.type === EVENT_MAPPING, items: 0})
    } else if (event.type === EVENT_SCALAR) enter(event.valueStart, getScalarValue(source, event))
    else if (event.type === EVENT_ALIAS) enter(event.anchorStart)
    else if (event.type === EVENT_POP) open.pop()
    else open.push(undefined)
  }
  return offsets
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** For offsets in ascending order: everything is counted once. A CR ends a line too (YAML 1.2, 5.4). */
function positionFinder(source: string): (offset: number) => Position {
  let at = 0
  let line = 1
  let column = 1
  return (offset) => {
    while (at < offset) {
      const code = source.codePointAt(at) ?? 0
      at += code > 0xffff ? 2 : 1
      const endsLine = code === 0x0a || (code === 0x0d && source.charCodeAt(at) !== 0x0a)
      if (endsLine) line++
      column = endsLine ? 1 : column + 1
    }
    return {line, column}
  }
}
