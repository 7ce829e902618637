/** GROUPS: what groups there are, or their members. No group at all = exit 3; a line that is wrong = exit 2. */
import {exitStatus} from '../domain/error-codes.js'
import type {ListedGroup} from '../domain/listed-group.js'
import type {Report} from '../domain/report.js'
import {groupsSection, type ShownGroups} from './groups-section.js'
import {finishReport} from './report-body.js'
import type {ReportStyle} from './report-style.js'

interface GroupsReportInput {
  readonly groups: readonly ListedGroup[]
  readonly shown: ShownGroups
  /** Where groups are looked for. */
  readonly location: string
  readonly notes: readonly string[]
  readonly style: ReportStyle
}

export function buildGroupsReport({groups, shown, location, notes, style}: GroupsReportInput): Report {
  const faults = groupFaults(groups)
  const none = groups.length === 0
  return finishReport(
    {
      command: 'groups',
      exitCode: none ? exitStatus.notFound : faults.length > 0 ? exitStatus.usage : exitStatus.ok,
      outcomes: [],
      groups: groups.map(groupBody),
    },
    {
      stdout: groupsSection(groups, shown, style),
      stderr: [
        ...notes,
        ...faults,
        ...(none ? [`there are no groups in ${location}`, '  next: write one: a file with a host a line'] : []),
      ],
    },
    style,
  )
}

/** Each once, also where several groups include the same. */
export function groupFaults(groups: readonly ListedGroup[]): readonly string[] {
  return [...new Set(groups.flatMap(({faults}) => faults))]
}

export function groupBody({name, file, members}: ListedGroup) {
  return {name, file, members: members.map(({word}) => word)}
}
