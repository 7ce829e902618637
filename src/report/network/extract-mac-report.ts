/**
 * EXTRACT-MAC: what a file says of addresses, or what of it was stored. Its broken parts and the files it includes are
 * talk. No entry at all: exit 1 where there were broken parts, 3 where the file just holds none.
 */
import {exitStatus} from '../../domain/error-codes.js'
import type {Extracted, StoredEntries} from '../../domain/network/network-entry.js'
import type {Report} from '../../domain/work/report.js'
import {type EntryLayout, entriesSection, storedLine} from '../find/entries-section.js'
import {finishReport} from '../shared/body.js'
import type {ReportStyle} from '../shared/style.js'

interface ExtractMacReportInput {
  readonly file: string
  readonly extracted: Extracted
  readonly stored: StoredEntries | undefined
  readonly layout: EntryLayout
  /** No talk beside that of an empty answer. */
  readonly quiet: boolean
  readonly style: ReportStyle
}

export function buildExtractMacReport(input: ExtractMacReportInput): Report {
  const {file, extracted, stored, layout, quiet, style} = input
  const {entries, includes} = extracted
  const none = extracted.rejects.length > 0 ? exitStatus.nothingSucceeded : exitStatus.notFound
  const {stdout, stderr} = entriesSection(entries, layout)
  const rejects = [...extracted.rejects].sort(byLine)
  const remarks = [
    ...rejects.map(({line, text, reason}) => ({line, told: told(text, reason)})),
    ...includes.map(({line, path}) => ({line, told: `includes ${path}, which was not read`})),
  ].sort(byLine)
  const talk = [
    ...remarks.map(({line, told}) => `${place(file, line)}: ${told}`),
    ...stderr,
    ...(stored === undefined ? [] : [storedLine(stored)]),
  ]
  return finishReport(
    {
      command: 'extract-mac',
      exitCode: entries.length > 0 ? exitStatus.ok : none,
      outcomes: [],
      entries,
      rejects,
      ...(stored !== undefined && {stored}),
    },
    {
      stdout: stored === undefined ? stdout : '',
      stderr: [
        ...(quiet && entries.length > 0 ? [] : talk),
        ...(entries.length === 0 ? [`${file} holds no address of a host`] : []),
      ],
    },
    style,
  )
}

/** What it is about, cut where it is a long line, and why. */
function told(text: string, reason: string): string {
  const subject = text.trim().replace(/\s+/g, ' ')
  if (subject === '' || reason.includes(`"${subject}"`) || reason.includes(`'${subject}'`)) return reason
  return `${subject.length > mostShown ? `${subject.slice(0, mostShown)}…` : subject}: ${reason}`
}

const mostShown = 60

/** What is of no line comes first. */
function byLine(one: {readonly line?: number | undefined}, other: {readonly line?: number | undefined}): number {
  return (one.line ?? 0) - (other.line ?? 0)
}

function place(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`
}
