/** The values of `ctys-vhost -S` and the forms of its `-C` that show something instead of answering a question. */
import {type DatabaseQuestion, type MemberFormat, memberFormats} from '../../domain/work/listed-group.js'
import {suggestOrList} from '../../lib/suggest.js'

type Shown = Omit<DatabaseQuestion, 'names'>

const managed: Readonly<Record<string, Shown>> = {
  LISTALL: {databases: true, records: 'all', groups: '1'},
  LIST: {databases: true, groups: 'count'},
  LISTDB: {databases: true},
  MEMBERSDB: {records: 'all'},
  LISTGROUP: {groups: 'count'},
  MEMBERSGROUP: {groups: '1'},
  CONTENTGROUP: {records: 'members'},
}

const cached: Readonly<Record<string, Shown>> = {
  LIST: {databases: true, groups: 'count'},
  LISTTARGETS: {records: 'hosts'},
  LISTGROUPS: {groups: 'count'},
  MEMBERSDB: {records: 'all'},
  LISTCACHE: {noCache: true},
  CLEARALL: {noCache: true},
  CLEARTMP: {noCache: true},
  REBUILDCACHE: {noCache: true},
}

interface DatabaseInput {
  /** -S */
  readonly manage?: string | undefined
  /** -C */
  readonly caches?: string | undefined
  /** There is a question beside it: then a cache that is to be cleared or built first is no reason not to answer. */
  readonly hasWords: boolean
}

/** Undefined when neither asks for anything, or when there are faults. Values of `-C` that name a source are let through. */
export function parseDatabaseQuestion(
  {manage, caches, hasWords}: DatabaseInput,
  faults: string[],
): DatabaseQuestion | undefined {
  if (manage !== undefined) return parseManaged(manage, faults)
  for (const word of (caches ?? '').toUpperCase().split(',')) {
    const shown = Object.hasOwn(cached, word) ? cached[word] : undefined
    if (shown !== undefined && !(shown.noCache && hasWords && word !== 'LISTCACHE')) return {...shown, names: []}
  }
  return undefined
}

/** `WORD[:GROUP%GROUP]`; MEMBERSGROUP has the format behind its name. */
function parseManaged(text: string, faults: string[]): DatabaseQuestion | undefined {
  const colon = text.indexOf(':')
  const head = (colon < 0 ? text : text.slice(0, colon)).toUpperCase()
  const names = colon < 0 ? [] : text.slice(colon + 1).split('%')
  const [, word = '', format = ''] = /^(MEMBERSGROUP)(.*)$/.exec(head) ?? [undefined, head]
  const shown = Object.hasOwn(managed, word) ? managed[word] : undefined
  if (shown === undefined) {
    faults.push(`-S: unknown word '${head.toLowerCase()}'${suggestOrList(head, Object.keys(managed))}`)
    return undefined
  }
  if (colon >= 0 && !word.endsWith('GROUP')) faults.push(`-S: ${word.toLowerCase()} takes no groups`)
  else if (names.includes('')) faults.push(`-S: ${word.toLowerCase()}: a group has no name (GROUP%GROUP)`)
  if (format === '') return {...shown, names}
  const groups = parseMemberFormat(format, '-S: membersgroup', faults)
  return groups === undefined ? undefined : {groups, names}
}

export function parseMemberFormat(text: string, lead: string, faults: string[]): MemberFormat | undefined {
  const format = memberFormats.find((known) => known === text.toLowerCase())
  if (format === undefined) faults.push(`${lead}: '${text.toLowerCase()}' is none of ${memberFormats.join(' ')}`)
  return format
}
