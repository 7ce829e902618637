/** GROUPS: what groups there are, or their members. No group at all = exit 3; a line that is wrong = exit 2. */
import {exitStatus} from '../../domain/error-codes.js'
import type {ErrorInfo} from '../../domain/errors.js'
import type {ListedGroup} from '../../domain/work/listed-group.js'
import type {Report} from '../../domain/work/report.js'
import {finishReport} from '../shared/body.js'
import {errorText} from '../shared/failures.js'
import type {ReportStyle} from '../shared/style.js'
import {groupsSection, type ShownGroups} from './groups-section.js'

interface GroupsReportInput {
  readonly groups: readonly ListedGroup[]
  readonly shown: ShownGroups
  /** Where groups are looked for. */
  readonly location: string
  readonly notes: readonly string[]
  readonly style: ReportStyle
}

export function buildGroupsReport({groups, shown, location, notes, style}: GroupsReportInput): Report {
  const error = groupError(groups)
  const none = groups.length === 0
  return finishReport(
    {
      command: 'groups',
      exitCode: none ? exitStatus.notFound : error !== undefined ? exitStatus.usage : exitStatus.ok,
      outcomes: [],
      groups: groups.map(groupBody),
      ...(error !== undefined && {error}),
    },
    {
      stdout: groupsSection(groups, shown, style),
      stderr: [
        ...notes,
        ...groupErrorLines(error),
        ...(none ? [`there are no groups in ${location}`, '  next: write one: a file with a host a line'] : []),
      ],
    },
    style,
  )
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
