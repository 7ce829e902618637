import {isIP} from 'node:net'
import type {EntryChange, NetworkEntry} from '../../src/domain/network/network-entry.js'
import {formatMacmap, parseMacmap, readMacmapLine} from './macmap.js'

export interface MergedMacmap {
  readonly text: string
  /** Empty: nothing new, and the text is the very one given. */
  readonly changes: readonly EntryChange[]
}

/**
 * Puts what was found over a macmap.fdb. What was found of a MAC address takes the place of what the file says of that
 * MAC address and the same IP family; a name that was not found is kept, and so is everything of the other family.
 * Comments, broken lines and all other entries stay byte for byte. Entries without a MAC address, or without both name
 * and IP address, say nothing; those without an IP address say something only of a MAC address that has none.
 */
export function mergeMacmap(text: string, found: readonly NetworkEntry[]): MergedMacmap {
  const {entries: known} = parseMacmap(text)
  const old = groupEntries(known)
  const changes: EntryChange[] = []
  const fresh = new Map<string, readonly NetworkEntry[]>()
  for (const [key, now] of groupEntries(completed(found, known))) {
    const before = old.get(key) ?? new Map()
    const added = [...now].filter(([identity]) => !before.has(identity)).map(([, entry]) => entry)
    if (added.length === 0 && before.size === now.size) continue
    fresh.set(key, [...now.values()])
    const changed = added.length === 0 ? [...now.values()].slice(0, 1) : added
    changes.push(...changed.map((entry): EntryChange => ({what: before.size === 0 ? 'added' : 'changed', entry})))
  }
  return changes.length === 0 ? {text, changes} : {text: rewrite(text, fresh), changes}
}

/** New entries stand where the first old one of their MAC address and family stood, or at the end. */
function rewrite(text: string, fresh: ReadonlyMap<string, readonly NetworkEntry[]>): string {
  const addressed = new Set([...fresh.values()].flat().flatMap(({ip, mac}) => (ip === '' ? [] : [mac])))
  const lines = (text === '' || text.endsWith('\n') ? text : `${text}\n`).split(/(?<=\n)/)
  const waiting = new Map(fresh)
  const kept = lines.map((line) => {
    const entry = readMacmapLine(line)
    if (entry === undefined || typeof entry === 'string') return line
    const key = keyOf(entry)
    if (!fresh.has(key)) return entry.ip === '' && addressed.has(entry.mac) ? '' : line
    const here = waiting.get(key) ?? []
    waiting.delete(key)
    return formatMacmap(here)
  })
  return kept.join('') + formatMacmap([...waiting.values()].flat())
}

/** What was found with the names the file has for it: of the very address, or the only one of the MAC address. */
function completed(found: readonly NetworkEntry[], known: readonly NetworkEntry[]): readonly NetworkEntry[] {
  const names = new Map<string, Set<string>>()
  const withIp = new Set<string>()
  for (const {name, ip, mac} of known) {
    if (ip !== '') withIp.add(mac)
    if (name === '') continue
    for (const key of [mac, `${mac};${ip}`]) names.set(key, (names.get(key) ?? new Set()).add(name))
  }
  const nameOf = ({ip, mac}: NetworkEntry): string => {
    const [own] = names.get(`${mac};${ip}`) ?? []
    const [only, second] = names.get(mac) ?? []
    return own ?? (second === undefined ? (only ?? '') : '')
  }
  return found
    .filter(({name, ip, mac}) => mac !== '' && (ip !== '' || (name !== '' && !withIp.has(mac))))
    .map((entry) => (entry.name === '' ? {...entry, name: nameOf(entry)} : entry))
}

/** By IP family and MAC address; under each the different entries. */
function groupEntries(entries: readonly NetworkEntry[]): ReadonlyMap<string, ReadonlyMap<string, NetworkEntry>> {
  const groups = new Map<string, Map<string, NetworkEntry>>()
  for (const entry of entries) {
    const group = groups.get(keyOf(entry)) ?? new Map<string, NetworkEntry>()
    group.set(`${entry.ip};${entry.name.toLowerCase()}`, entry)
    groups.set(keyOf(entry), group)
  }
  return groups
}

function keyOf({ip, mac}: NetworkEntry): string {
  return `${isIP(ip)}${mac}`
}
