/**
 * Groups among target words: each is replaced by its members before the words are read as targets. `@NAME` is a group
 * everywhere; `@all` is every host of the inventory, unless a file of that name says who. In the classic call a bare word, or what stands behind `user@`, is one too when there is a file of that
 * name, even if a host has the same; its members without a user get that one.
 */

import type {AppContext, Group, InventoryStore} from '../../domain/ports/ports.js'
import type {ListedGroup} from '../../domain/work/listed-group.js'
import {listNames} from '../../lib/list-names.js'
import {nearest} from '../../lib/suggest.js'
import {parseTarget} from '../../parse/target/parse-target.js'
import {inventoryHosts} from './inventory-hosts.js'

interface Expansion {
  readonly classic?: boolean
  /** Groups that a bare word named are added. */
  readonly met?: Group[]
  /** Names of the inventory that no host can have are added; without it they are faults. */
  readonly unaskable?: string[]
  /** An inventory without a host is no fault. */
  readonly mayBeNone?: boolean
}

/** Everything wrong is added to `faults`, lines of files with their place; the words are of use only without any. */
export async function expandTargets(
  words: readonly string[],
  context: WordContext,
  faults: string[],
  options: Expansion = {},
): Promise<readonly string[]> {
  const expanded: string[] = []
  for (const word of words) {
    for (const {word: one, options: own, place} of await expandWord(word, context, faults, options)) {
      if (own !== undefined) faults.push(`${place}: ${one} has context options, which only ctys -a ... takes`)
      else expanded.push(one)
    }
  }
  return expanded
}

export interface WordContext extends Pick<AppContext, 'groups'> {
  readonly inventory: Pick<InventoryStore, 'all'>
}

export interface ExpandedWord {
  readonly word: string
  /** The text of its context options in the file of its group, and where they stand. */
  readonly options?: string
  readonly place?: string
}

/** The same for one word, with what the files of groups say of each member. */
export async function expandWord(
  word: string,
  {groups, inventory}: WordContext,
  faults: string[],
  {classic = false, met = [], unaskable, mayBeNone = false}: Expansion,
): Promise<readonly ExpandedWord[]> {
  const at = word.lastIndexOf('@')
  const name = word.slice(at + 1)
  const user = at > 0 ? word.slice(0, at) : undefined
  const demanded = word.startsWith('@')
  if (user?.endsWith('@')) {
    faults.push(`target '${word}': the user of a group is given with -l ${user.slice(0, -1) || 'USER'}`)
    return []
  }
  const group = demanded || classic ? await groups.load(demanded ? word.slice(1) : name) : undefined
  if (group !== undefined) {
    if (!demanded) met.push(group)
    return memberWords(group, user, faults)
  }
  if (word === everyHost) {
    const known = inventoryHosts(await inventory.all())
    // nobody named would be this machine
    if (known.hosts.length + known.unaskable.length === 0 && !mayBeNone) faults.push(noHost)
    if (unaskable === undefined) faults.push(...known.unaskable.map(unaskableFault))
    else unaskable.push(...known.unaskable)
    return known.hosts.map((host) => ({word: host}))
  }
  if (demanded) faults.push(await missingGroup(word.slice(1), groups))
  // no host has a slash in its name
  else if (/^[^({]+\/[^({]*$/.test(name)) {
    faults.push(classic ? await missingGroup(name, groups) : `target '${word}': a group is named @${name}`)
  } else return [{word}]
  return []
}

const everyHost = '@all'
const noHost = `${everyHost}: no host is in the inventory (ctys scan HOST... puts it there)`

function unaskableFault(name: string): string {
  return `${everyHost}: the inventory has a host it cannot ask, '${name}'; ctys inventory edit puts it right`
}

function memberWords(group: Group, user: string | undefined, faults: string[]): readonly ExpandedWord[] {
  const {members, faults: found} = readGroup(group)
  // a group that is named twice has its faults once
  const told = new Set(faults)
  for (const fault of found) if (!told.has(fault)) faults.push(fault)
  return members.map(({word, target, options, file, line}) => ({
    word: target.user === undefined && user !== undefined ? `${user}@${word}` : word,
    ...(options !== undefined && {options, place: `${file}:${line}`}),
  }))
}

/** The members read as targets; those that are none are faults. Also for other use cases. */
export function readGroup({name, file, members, faults}: Group): ListedGroup {
  const found = [...faults]
  const read = members.flatMap((member) => {
    const own: string[] = []
    const target = parseTarget(member.word, own)
    found.push(...own.map((fault) => `${member.file}:${member.line}: ${fault}`))
    return target === undefined ? [] : [{...member, target}]
  })
  return {name, file, members: read, faults: inFileOrder(found)}
}

/** `file:line: what` by line; files in the order in which they are met, a fault of a whole file first. */
function inFileOrder(faults: readonly string[]): readonly string[] {
  const placed = faults.map((fault) => {
    const [, file = '', line = '0'] = /^(.*?)(?::([0-9]+))?: /s.exec(fault) ?? []
    return {fault, file, line: Number(line)}
  })
  const files = [...new Set(placed.map(({file}) => file))]
  return placed
    .sort((one, other) => files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line)
    .map(({fault}) => fault)
}

/** Also for other use cases that take names of groups. */
export async function missingGroup(name: string, groups: AppContext['groups']): Promise<string> {
  if (name === '') return "'@' names no group (@NAME)"
  const known = await groups.names()
  const near = nearest(name, known)
  if (near !== undefined) return `there is no group '${name}' (${near}?)`
  const others = known.length === 0 ? 'no other' : `only ${listNames(known)}`
  return `there is no group '${name}' in ${groups.location}, ${others}`
}
