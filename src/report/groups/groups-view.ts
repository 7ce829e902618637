/** GROUPS: what groups there are, or their members. No group at all = exit 3; a line that is wrong = exit 2. */
import {exitStatus} from '../../domain/error-codes.js'
import type {ErrorInfo} from '../../domain/errors.js'
import type {GroupsResult} from '../../domain/results/find.js'
import type {ListedGroup} from '../../domain/work/listed-group.js'
import type {GroupsBody} from '../shared/body.js'
import {errorText} from '../shared/failures.js'
import type {View} from '../shared/view.js'
import {groupsSection} from './groups-section.js'

export const groupsView: View<GroupsResult, GroupsBody> = {
  exit({groups}) {
    if (groups.length === 0) return exitStatus.notFound
    return groupError(groups) === undefined ? exitStatus.ok : exitStatus.usage
  },
  body({groups}) {
    const error = groupError(groups)
    return {command: 'groups', outcomes: [], groups: groups.map(groupBody), ...(error !== undefined && {error})}
  },
  text: ({groups, shown}, style) => groupsSection(groups, shown, style),
  terse: ({groups, shown}, style) => groupsSection(groups, shown, style),
  notes: ({groups, notes, location}) => [
    ...notes,
    ...groupErrorLines(groupError(groups)),
    ...(groups.length === 0
      ? [`there are no groups in ${location}`, '  next: write one: a file with a host a line']
      : []),
  ],
}

/** What is wrong in their files, each fault once, also where several groups include the same; undefined when nothing. */
export function groupError(groups: readonly ListedGroup[]): ErrorInfo | undefined {
  const [message, ...details] = new Set(groups.flatMap(({faults}) => faults))
  return message === undefined ? undefined : {code: 'CONFIG', message, ...(details.length > 0 && {details})}
}

export function groupErrorLines(error: ErrorInfo | undefined): readonly string[] {
  const [head, ...rest] = error === undefined ? [] : errorText(error)
  return head === undefined ? [] : [`ctys: ${head}`, ...rest]
}

export function groupBody({name, file, members}: ListedGroup) {
  return {name, file, members: members.map(({word}) => word)}
}
