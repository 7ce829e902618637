import type {CharRange} from './pattern.js'

/** An extended regular expression as a tree. */
export type EreNode =
  | {readonly kind: 'set'; readonly ranges: readonly CharRange[]}
  | {readonly kind: 'begin' | 'end'}
  | {readonly kind: 'sequence' | 'choice'; readonly parts: readonly EreNode[]}
  | {readonly kind: 'repeat'; readonly node: EreNode; readonly min: number; readonly max: number}

/** How many steps the node becomes; nested intervals multiply. */
export function sizeOf(node: EreNode): number {
  switch (node.kind) {
    case 'set':
    case 'begin':
    case 'end':
      return 1
    case 'sequence':
    case 'choice':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 1)
    case 'repeat': {
      const copies = node.max === Number.POSITIVE_INFINITY ? node.min + 1 : node.max
      return copies * (sizeOf(node.node) + 1)
    }
  }
}

/** The longest text that no match can be without, as far as it is easy to see; may be empty. */
export function needleOf(node: EreNode): string {
  if (node.kind !== 'sequence') return singleOf(node)
  let longest = ''
  let run = ''
  for (const part of node.parts) {
    run = part.kind === 'set' && singleOf(part) !== '' ? run + singleOf(part) : ''
    if (run.length > longest.length) longest = run
  }
  return longest
}

/** The character that a set of one stands for. */
function singleOf(node: EreNode): string {
  const [range] = node.kind === 'set' ? node.ranges : []
  const single = node.kind === 'set' && node.ranges.length === 1 && range !== undefined && range[0] === range[1]
  return single ? String.fromCodePoint(range[0]) : ''
}
