/** What the scripts of net-move say, as `tell_change` (remote/common.ts) writes it, and the lines around it. */
import type {NetChange, NetPhase} from '../../../domain/work/net-move.js'

export interface Told {
  /** By what they are: pending, last, moved. */
  readonly changes: readonly {readonly name: string; readonly change: NetChange}[]
  /** `refused` or `verdict` with its words; the first one counts. */
  readonly verdict: readonly string[]
  /** Every other line by its first word. */
  readonly lines: ReadonlyMap<string, readonly string[]>
}

/** A host says what it likes: so many changes and lines of each are taken. */
const mostChanges = 70
const mostLines = 100

export function readTold(text: string): Told {
  const changes: {name: string; change: NetChange}[] = []
  const lines = new Map<string, string[]>()
  let verdict: readonly string[] = []
  let open: {readonly name: string; readonly facts: Map<string, string[]>} | undefined
  for (const line of text.split('\n')) {
    const [, key = '', value = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
    if (key === '') continue
    if (key === 'change') open = {name: value, facts: new Map()}
    else if (key === 'end') {
      const change = open && toChange(open.facts)
      if (open !== undefined && change !== undefined && changes.length < mostChanges) {
        changes.push({name: open.name, change})
      }
      open = undefined
    } else if (open !== undefined) add(open.facts, key, value)
    else if (key === 'refused' || key === 'verdict') {
      if (verdict.length === 0) verdict = value.split(' ')
    } else add(lines, key, value)
  }
  return {changes, verdict, lines}
}

function add(to: Map<string, string[]>, key: string, value: string): void {
  const values = to.get(key)
  if (values === undefined) to.set(key, [value])
  else if (values.length < mostLines) values.push(value)
}

const phases: ReadonlySet<string> = new Set<NetPhase>([
  'prepared',
  'applying',
  'applied',
  'confirming',
  'confirmed',
  'reverting',
  'reverted',
  'broken',
])

/** Undefined where it has no id or a phase that nobody knows. */
function toChange(facts: ReadonlyMap<string, readonly string[]>): NetChange | undefined {
  const first = (key: string) => facts.get(key)?.[0] ?? ''
  const phase = first('phase') || 'prepared'
  if (first('id') === '' || !isPhase(phase)) return undefined
  const [left, gap, back] = [seconds(first('left')), whole(first('gap')), whole(first('back'))]
  const [reason, dhcp] = [first('reason'), first('dhcp')]
  return {
    id: first('id'),
    way: first('way') === 'back' ? 'back' : 'move',
    interface: first('interface'),
    bridge: first('bridge'),
    who: first('who'),
    from: first('from'),
    since: whole(first('since')) ?? 0,
    phase,
    ...(reason !== '' && {reason}),
    ...(left !== undefined && {leftMs: left}),
    ...(gap !== undefined && {interruptedMs: gap}),
    ...(back !== undefined && {restoredMs: back}),
    ...(dhcp !== '' && {dhcp}),
    watched: first('watchdog') === 'alive',
    hints: (facts.get('warning') ?? []).map(hintText),
    differs: facts.get('differ') ?? [],
  }
}

function isPhase(word: string): word is NetPhase {
  return phases.has(word)
}

function whole(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined
}

function seconds(text: string): number | undefined {
  const value = whole(text)
  return value === undefined ? undefined : value * 1000
}

/** `ifupdown FILE`, `rules COUNT`, `firewall COUNT`, `busybox`, `stays BRIDGE` of remote/owners.ts, begin.ts and watch.ts. */
export function hintText(line: string): string {
  const [word = '', value = ''] = line.split(' ')
  switch (word) {
    case 'ifupdown':
      return `ifupdown set up the interface (${value}): it does not watch it, but ifup and ifdown know nothing of the bridge`
    case 'rules':
      return `${value} routing rules name the interface (ip rule): what comes in by the bridge does not fit them`
    case 'firewall':
      return `${value} lines of the firewall name the interface: what comes in by the bridge does not fit them`
    case 'stays':
      return `${value} stays, without the interface: others are on it`
    case 'busybox':
      return 'ip of busybox does not tell MTU, protocol and metrics of routes: they are put back without; install iproute2'
    default:
      return line
  }
}
