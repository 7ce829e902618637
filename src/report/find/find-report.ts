/**
 * FIND: what the inventory knows, one line a record (a machine has one for each interface). Every line says how old the
 * knowledge is; what is older than a day is dimmed. Terse: the 47 classic fields. Nothing found = exit 3.
 */
import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {RecordState} from '../../domain/machine/record-state.js'
import type {UnreadLine} from '../../domain/ports/ports.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Reach} from '../../domain/work/reach.js'
import type {Report} from '../../domain/work/report.js'
import {plural} from '../../lib/plural.js'
import {ageText, isStale} from '../shared/age.js'
import {finishReport} from '../shared/body.js'
import {paintsOf, type ReportStyle} from '../shared/style.js'
import {type Column, formatTable} from '../shared/table.js'
import {unreadLines} from '../shared/unread-lines.js'
import {classicRecord} from './machine-record.js'

interface FindReportInput {
  /** What fits the query, in the order to be shown. */
  readonly records: readonly InventoryRecord[]
  readonly inventory: {
    readonly location: string
    /** Records in all. */
    readonly size: number
    /** Lines that could not be read. */
    readonly rejects: readonly UnreadLine[]
  }
  readonly style: ReportStyle
  /** A layout that was asked for, already rendered. */
  readonly text?: string
  /** ctys-vhost: nothing found is no failure, and nothing is said of it. */
  readonly classic?: boolean
  /** The words one by one, where several were given as one. */
  readonly unquoted?: string | undefined
  /** What may have been meant where nothing fits. */
  readonly advice?: FindAdvice | undefined
  /** What hosts were asked for the answer. */
  readonly asked?: AskedHosts
}

interface FindAdvice {
  readonly note: string
  readonly next: string
}

export interface AskedHosts {
  readonly outcomes: readonly Outcome[]
  /** Of each record, in their order. */
  readonly live?: readonly RecordState[]
  /** Of each address. */
  readonly reach?: readonly Reach[]
  /** Anything but 0 goes before what the records say. */
  readonly exitCode: ExitStatus
  readonly stderr: readonly string[]
}

export function buildFindReport({
  records,
  inventory,
  style,
  text,
  classic = false,
  unquoted,
  advice,
  asked,
}: FindReportInput): Report {
  const {location, size, rejects} = inventory
  return finishReport(
    {
      command: 'find',
      exitCode: asked?.exitCode || (records.length === 0 && !classic ? exitStatus.notFound : exitStatus.ok),
      outcomes: asked?.outcomes ?? [],
      records,
      ...(asked?.live !== undefined && {live: asked.live}),
      ...(asked?.reach !== undefined && {reach: asked.reach}),
    },
    {
      stdout: text ?? recordsText(records, style),
      stderr: [
        ...unreadLines(rejects, location),
        ...(asked?.stderr ?? []),
        ...(records.length === 0 && !classic ? nothingFound(location, size, {unquoted, advice}) : []),
      ],
    },
    style,
  )
}

/** Records without a layout of their own. */
export function recordsText(records: readonly InventoryRecord[], style: ReportStyle): string {
  return style.terse ? records.map(classicRecord).join('') : recordTable(records, style)
}

/** Neither what is configured (ACTIVE, BACKUP ...) nor `suspended` tells whether the machine runs now; shown when it tells something. */
function recordTable(records: readonly InventoryRecord[], style: ReportStyle): string {
  const {dim} = paintsOf(style)
  const withState = records.some((record) => !['', 'ACTIVE'].includes(recordedState(record)))
  const columns: readonly Column[] = [
    {title: 'LABEL', identity: true},
    {title: 'HOST', identity: true},
    ...(withState ? [{title: 'STATE'}] : []),
    {title: 'TYPE', drop: 2},
    {title: 'IP'},
    {title: 'MAC', cut: 'start' as const, keep: true, identity: true},
    {title: 'OS', drop: 1},
    {title: 'PATH', cut: 'start' as const, identity: true},
    {title: 'AGE', keep: true},
  ]
  const rows = records.map((record) => ({
    cells: [
      record.label,
      record.host,
      ...(withState ? [recordedState(record)] : []),
      record.type,
      record.tcp,
      record.mac,
      osOf(record),
      record.id,
      ageText(record.observedAt, style.now),
    ],
    ...(isStale(record.observedAt, style.now) && {paint: dim}),
  }))
  return formatTable(columns, rows, style.width)
}

function recordedState({vmState, suspended}: InventoryRecord): string {
  return suspended === '' ? vmState : 'suspended'
}

function osOf({dist, distRel, os, osRel}: InventoryRecord): string {
  return dist === '' ? `${os} ${osRel}`.trim() : `${dist} ${distRel}`.trim()
}

/** What an answer without records says. */
export function nothingFound(
  location: string,
  size: number,
  {unquoted, advice}: {readonly unquoted?: string | undefined; readonly advice?: FindAdvice | undefined} = {},
): readonly string[] {
  if (size === 0) return [`the inventory ${location} is empty`, '  next: ctys scan HOST...']
  const lead = `nothing in the inventory ${location} fits (${plural(size, 'record')})`
  if (unquoted === undefined && advice !== undefined) return [`${lead}; ${advice.note}`, `  next: ${advice.next}`]
  return unquoted === undefined
    ? [lead, '  next: ctys scan HOST... if the machine is new']
    : [`${lead}; what is quoted is looked for as one text`, `  next: each word by itself: ctys find ${unquoted}`]
}
