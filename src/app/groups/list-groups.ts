import {UsageError} from '../../domain/errors.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {GroupsResult} from '../../domain/results/find.js'
import type {ListedGroup} from '../../domain/work/listed-group.js'
import {parseMemberFormat} from '../../parse/request/parse-database-question.js'
import {missingGroup, readGroup} from '../targets/expand-targets.js'

export interface GroupInput {
  /** None: all groups, with the number of their members. */
  readonly names: readonly string[]
  /** -m, as ctys-groups has it. */
  readonly format?: string | undefined
  /** Includes that lead in a circle. */
  readonly notes: readonly string[]
}

/** `ctys groups [NAME...]`: what groups there are, or who is in them. Opens no connection. */
export async function listGroups(
  {names, format, notes}: GroupInput,
  {groups}: Pick<AppContext, 'groups'>,
): Promise<GroupsResult> {
  const faults: string[] = []
  const asked = format === undefined ? undefined : parseMemberFormat(format, '-m', faults)
  const listed = await loadGroups(names, groups, faults)
  if (faults.length > 0) throw new UsageError(faults)
  const shown = asked ?? (names.length === 0 ? 'count' : 'words')
  return {kind: 'groups', groups: listed, shown, location: groups.location, notes}
}

/** Those named, `@` in front allowed, or all; a name without a group is a fault. */
export async function loadGroups(
  names: readonly string[],
  groups: AppContext['groups'],
  faults: string[],
): Promise<readonly ListedGroup[]> {
  const listed: ListedGroup[] = []
  for (const word of names.length === 0 ? await groups.names() : names) {
    const name = word.replace(/^@/, '')
    const group = await groups.load(name)
    if (group === undefined) {
      faults.push(await missingGroup(name, groups))
      continue
    }
    listed.push(readGroup(group))
  }
  return listed
}
