/** MACMAP: the entries of the address map that fit; nothing found is exit 3, as for `find`. */
import {exitStatus} from '../../domain/error-codes.js'
import type {NetworkEntry} from '../../domain/network/network-entry.js'
import type {UnreadLine} from '../../domain/ports/ports.js'
import type {Report} from '../../domain/work/report.js'
import {type EntryLayout, entriesSection, entryCount} from '../find/entries-section.js'
import {finishReport} from '../shared/body.js'
import type {ReportStyle} from '../shared/style.js'

interface MacmapReportInput {
  readonly entries: readonly NetworkEntry[]
  readonly macmap: {
    readonly location: string
    /** Entries in all. */
    readonly size: number
    readonly rejects: readonly UnreadLine[]
  }
  readonly layout: EntryLayout
  readonly style: ReportStyle
}

export function buildMacmapReport({entries, macmap, layout, style}: MacmapReportInput): Report {
  const {location, size, rejects} = macmap
  const {stdout, stderr} = entriesSection(entries, layout)
  return finishReport(
    {command: 'macmap', exitCode: entries.length === 0 ? exitStatus.notFound : exitStatus.ok, outcomes: [], entries},
    {
      stdout,
      stderr: [
        ...stderr,
        ...rejects.map(({file, line, reason}) => `${file ?? location}:${line}: ${reason}`),
        ...(entries.length === 0 ? nothingFound(location, size) : []),
      ],
    },
    style,
  )
}

function nothingFound(location: string, size: number): readonly string[] {
  return size === 0
    ? [`the address map ${location} is empty`, '  next: ctys extract-mac -P dhcpd.conf, or ctys extract-arp -P HOST...']
    : [`nothing in the address map ${location} fits (${entryCount(size)})`]
}
