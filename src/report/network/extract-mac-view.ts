/**
 * EXTRACT-MAC: what a file says of addresses, or what of it was stored. Its broken parts and the files it includes are
 * talk. No entry at all: exit 1 where there were broken parts, 3 where the file just holds none.
 */
import {exitStatus} from '../../domain/error-codes.js'
import type {ExtractMacResult} from '../../domain/results/network.js'
import {entriesNotes, entriesText, storedLine} from '../find/entries-section.js'
import type {EntriesBody} from '../shared/body.js'
import type {View} from '../shared/view.js'

export const extractMacView: View<ExtractMacResult, EntriesBody> = {
  exit({extracted: {entries, rejects}}) {
    if (entries.length > 0) return exitStatus.ok
    return rejects.length > 0 ? exitStatus.nothingSucceeded : exitStatus.notFound
  },
  body: ({extracted: {entries, rejects}, stored}) => ({
    command: 'extract-mac',
    outcomes: [],
    entries,
    rejects: [...rejects].sort(byLine),
    ...(stored !== undefined && {stored}),
  }),
  text: answer,
  terse: answer,
  notes: (result) => [
    ...(result.quiet && result.extracted.entries.length > 0 ? [] : talk(result)),
    ...(result.extracted.entries.length === 0 ? [`${result.file} holds no address of a host`] : []),
  ],
  acted: ({stored}) => stored !== undefined,
}

function answer({extracted, layout, stored}: ExtractMacResult): string {
  return stored === undefined ? entriesText(extracted.entries, layout) : ''
}

function talk({file, extracted, layout, stored}: ExtractMacResult): readonly string[] {
  const {entries, includes} = extracted
  const rejects = [...extracted.rejects].sort(byLine)
  const remarks = [
    ...rejects.map(({line, text, reason}) => ({line, told: told(text, reason)})),
    ...includes.map(({line, path}) => ({line, told: `includes ${path}, which was not read`})),
  ].sort(byLine)
  return [
    ...remarks.map(({line, told: remark}) => `${place(file, line)}: ${remark}`),
    ...entriesNotes(entries, layout),
    ...(stored === undefined ? [] : [storedLine(stored)]),
  ]
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
