/**
 * The words a shell may offer for what is being typed; from inventory and groups alone. Whatever they hold came from
 * hosts and files: only plain words are offered, of characters no shell gives a meaning to.
 */
import {classicActionOf, classicActions, wordsOf} from '../../domain/classic/grammar.js'
import {type InventoryRecord, recordFields} from '../../domain/inventory/inventory-record.js'
import {hostType} from '../../domain/machine/session-types.js'
import type {GroupSource, InventoryStore} from '../../domain/ports/ports.js'
import {fieldOf} from '../../query/fields.js'

/** `hosts`: hosts and `@group`. `places`: these and labels. `query`: what `ctys find` takes: labels, `field=`, and its values behind it. */
export const completionKinds = ['labels', 'hosts', 'places', 'groups', 'fields', 'query', 'actions'] as const
export type CompletionKind = (typeof completionKinds)[number]

/** Sorted, each once, all beginning with `prefix`; at most some hundreds. Errors as InventoryStore.all. */
export async function completeWords(
  kind: CompletionKind,
  prefix: string,
  {
    inventory,
    groups,
  }: {readonly inventory: Pick<InventoryStore, 'all' | 'find'>; readonly groups: Pick<GroupSource, 'names'>},
): Promise<readonly string[]> {
  switch (kind) {
    case 'labels':
      return offer(prefix, await labelsOf(prefix, inventory))
    case 'groups':
      return offer(prefix, await groups.names())
    case 'hosts':
      return offer(prefix, await hostsOf(prefix, {inventory, groups}))
    case 'places':
      return offer(prefix, [...(await labelsOf(prefix, inventory)), ...(await hostsOf(prefix, {inventory, groups}))])
    case 'actions':
      return offer(prefix, actionWords(prefix))
    case 'fields':
      return offer(prefix, fieldNames)
    case 'query': {
      const [, key = '', sign = ''] = /^([a-z][a-z0-9]*)(!?=)/i.exec(prefix) ?? []
      if (sign !== '') return offer(prefix, await valuesOf(key, `${key}${sign}`, inventory))
      return offer(prefix, [...(await labelsOf(prefix, inventory)), ...fieldNames.map((name) => `${name}=`)])
    }
  }
}

/** Actions of the classic call, and behind `=` and `,` what each may be told, from the table. */
function actionWords(prefix: string): readonly string[] {
  const equals = prefix.indexOf('=')
  if (equals < 0) {
    return classicActions
      .filter(({verb}) => verb !== undefined)
      .map(({name, words}) => `${name.toLowerCase()}${words.length === 0 || name === 'LIST' ? '' : '='}`)
  }
  const action = classicActionOf(prefix.slice(0, equals))
  if (action === undefined) return []
  const lead = prefix.slice(0, Math.max(equals, prefix.lastIndexOf(',')) + 1)
  return wordsOf(action)
    .filter(({standing}) => standing !== 'missing')
    .map(
      ({names: [name], value}) =>
        `${lead}${name.toLowerCase()}${value === undefined || value.startsWith('[') ? '' : ':'}`,
    )
}

/** The fields by the names people type. */
const fieldNames: readonly string[] = [...recordFields, 'path', 'ip', 'mem', 'cpu']

async function hostsOf(prefix: string, {inventory, groups}: Parameters<typeof completeWords>[2]) {
  const named = prefix === '' || prefix.startsWith('@') ? (await groups.names()).map((name) => `@${name}`) : []
  if (prefix.startsWith('@')) return ['@all', ...named]
  const at = prefix.lastIndexOf('@') + 1
  const records = await recordsWith(prefix.slice(at), inventory)
  return [...records.map(({host}) => prefix.slice(0, at) + host), ...named]
}

/** Of machines: a host cannot be started. */
async function labelsOf(prefix: string, inventory: Pick<InventoryStore, 'all' | 'find'>): Promise<readonly string[]> {
  // a colon or a leading slash would make it an address or a path
  const machines = (await recordsWith(prefix, inventory)).filter(({type}) => type.toUpperCase() !== hostType)
  return machines.map(({label}) => label).filter((label) => !/^\/|:/.test(label))
}

/** The records that may hold the word; reads only the lines that can matter. */
async function recordsWith(
  prefix: string,
  inventory: Pick<InventoryStore, 'all' | 'find'>,
): Promise<readonly InventoryRecord[]> {
  return prefix === '' ? inventory.all() : (await inventory.find([prefix])).records
}

async function valuesOf(
  key: string,
  lead: string,
  inventory: Pick<InventoryStore, 'all' | 'find'>,
): Promise<readonly string[]> {
  const field = fieldOf(key)
  if (field === undefined) return []
  const records = await inventory.all()
  // os= finds distributions as well (docs/query.md)
  const values = records.flatMap((record) => (field === 'os' ? [record.dist, record.os] : [record[field]]))
  return values.filter((value) => value !== '').map((value) => lead + value)
}

const mostWords = 500

function offer(prefix: string, words: readonly string[]): readonly string[] {
  const fitting = words.filter((word) => word.startsWith(prefix) && isPlain(word))
  return [...new Set(fitting)].sort().slice(0, mostWords)
}

/** Nothing a shell expands, splits or quotes, and nothing an option parser would take for an option. */
function isPlain(word: string): boolean {
  return /^[A-Za-z0-9_./@][A-Za-z0-9_./:@%+,-]{0,199}$/.test(word.replace(/!?=/, ''))
}
