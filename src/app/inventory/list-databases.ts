import {UsageError} from '../../domain/errors.js'
import type {AppContext, InventoryStore} from '../../domain/ports/ports.js'
import type {DatabasesResult} from '../../domain/results/find.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {parseDatabaseQuestion} from '../../parse/request/parse-database-question.js'
import {countByHost} from '../../query/selection.js'
import {loadGroups} from '../groups/list-groups.js'

export interface DatabaseFlags {
  /** -S and -C of ctys-vhost. */
  readonly manage?: string | undefined
  readonly caches?: string | undefined
  readonly hasWords: boolean
}

interface DatabaseContext extends Pick<AppContext, 'inventory' | 'groups'> {
  /** Each database by itself. */
  readonly databases: readonly InventoryStore[]
}

/** `ctys-vhost -S` and `-C LIST...`; undefined when neither asks for anything. Opens no connection. */
export async function listDatabases(
  flags: DatabaseFlags,
  context: DatabaseContext,
): Promise<DatabasesResult | undefined> {
  const faults: string[] = []
  const question = parseDatabaseQuestion(flags, faults)
  if (faults.length > 0) throw new UsageError(faults, 'ctys vhost --help')
  if (question === undefined) return undefined
  const {inventory} = context
  const asksGroups = question.groups !== undefined || question.records === 'members'
  const groups = asksGroups ? await loadGroups(question.names, context.groups, faults) : []
  if (faults.length > 0) throw new UsageError(faults)

  const all = question.records === undefined ? [] : await inventory.all()
  const hosts = new Set(groups.flatMap(({members}) => members.map(({target}) => hostNameOf(target))))
  const isMember = ({host}: {readonly host: string}) => hosts.has(recordedHost(host))
  const databases = await Promise.all(
    (question.databases ? context.databases : []).map(async (store) => ({
      location: store.location,
      records: (await store.all()).length,
    })),
  )
  return {
    kind: 'databases',
    ...(question.databases && {databases}),
    ...(question.records === 'hosts' && {hosts: [...countByHost(all)].map(([host, records]) => ({host, records}))}),
    ...(question.records === 'all' && {records: all}),
    ...(question.records === 'members' && {records: all.filter(isMember)}),
    groups,
    ...(question.groups !== undefined && {shown: question.groups}),
    noCache: question.noCache === true,
    rejects: question.records === undefined ? [] : await inventory.rejects(),
    location: inventory.location,
  }
}
