/**
 * WHY: how words or an address resolve; candidates with what did not fit, the paths of one machine, and what a command
 * would act on. Terse: candidates only. Exit 3 when nothing fits.
 */
import {exitStatus} from '../../domain/error-codes.js'
import type {WhyResult} from '../../domain/results/machine.js'
import type {WhyAnswer, WhyCandidate, WhyPick} from '../../domain/work/why-answer.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import {pastable} from '../../lib/shell-quote.js'
import {recordLine} from '../find/machine-record.js'
import {countsText} from '../inventory/inventory-body.js'
import {ageText} from '../shared/age.js'
import type {WhyBody} from '../shared/body.js'
import {errorText} from '../shared/failures.js'
import {paintsOf, type ReportStyle} from '../shared/style.js'
import {type Column, formatTable} from '../shared/table.js'
import {unreadLines} from '../shared/unread-lines.js'
import type {View} from '../shared/view.js'

export const whyView: View<WhyResult, WhyBody> = {
  exit: ({why}) => (isFound(why) ? exitStatus.ok : exitStatus.notFound),
  body: ({why}) => ({command: 'why', outcomes: [], why}),
  text: ({why}, style) => whyText(why, style),
  terse: ({why}) => why.candidates.map((one) => candidateLine(one)).join(''),
  notes: ({why, inventory}) => [...rejectLines(inventory), ...(isFound(why) ? [] : nothingFits(why, inventory))],
}

function isFound({candidates}: WhyAnswer): boolean {
  return candidates.some(({fits}) => fits)
}

function candidateLine({record, fits, reasons}: WhyCandidate): string {
  const {label, host, type, id, observedAt, source} = record
  return recordLine([fits ? 'yes' : 'no', label, host, type, id, observedAt, source, reasonText(reasons)])
}

function reasonText(reasons: WhyCandidate['reasons']): string {
  return reasons.map(({text}) => text).join(', ')
}

const columns: readonly Column[] = [
  {title: 'FITS', keep: true},
  {title: 'LABEL', identity: true},
  {title: 'HOST', identity: true},
  {title: 'TYPE', keep: true},
  {title: 'PATH', cut: 'start', identity: true},
  {title: 'AGE', keep: true},
  {title: 'SOURCE', keep: true, drop: 1},
  {title: 'WHY NOT', wrap: true},
]

function whyText(answer: WhyAnswer, style: ReportStyle): string {
  const {dim} = paintsOf(style)
  const rows = answer.candidates.map(({record, fits, reasons}) => ({
    cells: [
      fits ? 'yes' : 'no',
      record.label,
      record.host,
      record.type,
      record.id,
      ageText(record.observedAt, style.now),
      record.source,
      reasonText(reasons),
    ],
    ...(!fits && {paint: dim}),
  }))
  const left = answer.omitted === 0 ? [] : [`... and ${answer.omitted} more`]
  const lines = [
    ...left,
    ...pathLines(answer),
    ...suspendedLines(answer),
    ...answer.picks.flatMap(pickLines),
    ...addressLines(answer),
  ]
  return `${formatTable(columns, rows, style.width)}${lines.map((line) => `${escapeControls(line)}\n`).join('')}`
}

function pathLines({paths}: WhyAnswer): readonly string[] {
  return paths.flatMap(({uuid, disk, records}) => [
    `one machine at ${records.length} paths, by its ${uuid === '' ? `disk ${disk}` : `UUID ${uuid}`}:`,
    ...records.map(({host, id, label}) => `    ${host} ${id} (${label})`),
  ])
}

function suspendedLines({candidates}: WhyAnswer): readonly string[] {
  return candidates.flatMap(({fits, record: {label, host, id, suspended}}) => {
    if (!fits || suspended === '') return []
    const since = suspended === 'yes' ? '' : ` since ${suspended}`
    const start = `ctys start ${pastable(id)} ${pastable(host)}`
    return [
      `${label} on ${host} is suspended${since}: a start goes on from there, or throws it away`,
      `    ${start} --resume, or ${start} --discard`,
    ]
  })
}

function pickLines({host, record, error, because}: WhyPick): readonly string[] {
  const head = host === undefined ? 'a command without a host' : `a command on ${host}`
  const reason = because === undefined ? [] : [`    chosen because ${because}`]
  if (error !== undefined) {
    // what to do where nothing is known is said once, on stderr
    const {hint, ...told} = error
    const keepsHint = hint !== undefined && error.code !== 'MACHINE_NOT_FOUND'
    const [first = '', ...rest] = errorText(keepsHint ? error : told)
    return [`${head} ends: ${first}`, ...rest, ...reason]
  }
  if (record === undefined) return [`${head} searches that host: the inventory has nothing there that fits`, ...reason]
  return [`${head} takes ${record.host} ${record.id || record.label}`, ...reason]
}

/** A question in words names no machine to a command; this does. */
function addressLines({readAs, addresses}: WhyAnswer): readonly string[] {
  if (readAs === 'address' || addresses.length === 0) return []
  return ['what fits is, for a command:', ...addresses.map((address) => `    ${address}`)]
}

const mostRejects = 5

function rejectLines({location, rejects}: WhyResult['inventory']): readonly string[] {
  const told = rejects.slice(0, mostRejects)
  const lines = unreadLines(told, location)
  const left = rejects.length - told.length
  return left === 0 ? lines : [...lines, `... and ${plural(left, 'line')} more that cannot be read`]
}

/** A machine that comes near is the next step itself. */
function nothingFits(
  {readAs, asked, candidates}: WhyAnswer,
  {location, size}: WhyResult['inventory'],
): readonly string[] {
  if (size.records === 0) return [`the inventory ${location} is empty`, '  next: ctys scan HOST...']
  const how = readAs === 'words' ? 'words to look for' : 'a machine address'
  return [
    `nothing in the inventory ${location} fits (${countsText(size)}); '${asked}' was read as ${how}`,
    ...(candidates.length === 0 ? ['  next: ctys scan HOST... if the machine is new'] : []),
  ]
}
