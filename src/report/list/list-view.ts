/**
 * LIST: every machine of the hosts with its state, running or not. What is known only from the inventory, because its
 * host did not answer, is `unknown` and says how old it is. In every layout stderr says which hosts did not show
 * everything.
 */
import {exitStatus} from '../../domain/error-codes.js'
import {doubtOf} from '../../domain/machine/list-doubt.js'
import type {ListedMachine} from '../../domain/machine/listed-machine.js'
import {ownerOf} from '../../domain/machine/session-types.js'
import type {ListResult} from '../../domain/results/machine.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {listNames} from '../../lib/list-names.js'
import {recordLine} from '../find/machine-record.js'
import {listColumns, listDoubts, nameOf, noteOf, onNoHost} from '../run/list-section.js'
import {ageText} from '../shared/age.js'
import type {ListBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {errorText, failureLines, totalsLine} from '../shared/failures.js'
import type {SectionOutcome} from '../shared/section.js'
import {paintsOf, type ReportStyle} from '../shared/style.js'
import {formatTable} from '../shared/table.js'
import {unreadLines} from '../shared/unread-lines.js'
import type {View} from '../shared/view.js'

export const listView: View<ListResult, ListBody> = {
  exit({outcomes, error}) {
    const exitCode = exitCodeOf(outcomes)
    return error !== undefined && exitCode === exitStatus.ok ? exitStatus.partial : exitCode
  },
  body: ({outcomes, machines, error}) => ({
    command: 'list',
    outcomes,
    machines,
    ...(error !== undefined && {error}),
  }),
  text: ({machines}, style) => table(machines, style),
  terse: ({machines}) => machines.map(terseLine).join(''),
  notes({plan, outcomes, machines, unread, location, error}, style) {
    const answers = outcomes.filter(isList)
    return [
      ...(error === undefined ? [] : [...errorText(error), 'what is recorded and does not run is not shown']),
      ...unreadLines(unread, location),
      ...nothingThere(answers, machines),
      ...listDoubts(answers),
      ...failureLines(outcomes, {plan}),
      totalsLine(outcomes, style),
    ]
  },
}

function isList(outcome: Outcome): outcome is Outcome & SectionOutcome<'list'> {
  return outcome.status === 'ok' && outcome.data.kind === 'list'
}

function nothingThere(
  answers: readonly (Outcome & SectionOutcome<'list'>)[],
  machines: readonly ListedMachine[],
): readonly string[] {
  const told = new Set(machines.map(({host}) => host))
  const empty = answers.filter(({host, data}) => !told.has(host) && doubtOf(data) === undefined)
  return onNoHost(empty, (where) => `no machine runs or is recorded on ${where}`)
}

function table(machines: readonly ListedMachine[], style: ReportStyle): string {
  const {warn, dim} = paintsOf(style)
  const notes = machines.map((machine) => noteText(machine, style.now))
  const withNotes = notes.some((note) => note !== '')
  const rows = machines.map((machine, i) => {
    const {host, label, tcps, arch} = machine
    const process = machine.status === 'running' ? machine.process : undefined
    const isFine = machine.status === 'off' || machine.status === 'notAsked' || process?.state === 'running'
    return {
      cells: [
        host,
        process === undefined ? label || (machine.id === '' ? '' : `(${machine.id})`) : label || nameOf(process),
        stateText(machine),
        process === undefined ? '' : String(process.pid),
        process === undefined || process.vncDisplay === '' ? '' : `:${process.vncDisplay}`,
        process?.uid ?? '',
        process?.accelerator ?? '',
        arch,
        tcps.join(','),
        ...(withNotes ? [notes[i] ?? ''] : []),
      ],
      ...(!isFine && {paint: warn}),
      ...(machine.status === 'off' && {paint: dim}),
    }
  })
  return formatTable(withNotes ? [...listColumns, {title: 'NOTE', keep: true}] : listColumns, rows, style.width)
}

function stateText(machine: ListedMachine): string {
  if (machine.status === 'running') return machine.process.state
  return machine.status === 'notAsked' ? 'not asked' : machine.status
}

function noteText(machine: ListedMachine, now: Date): string {
  switch (machine.status) {
    case 'running':
      return noteOf(machine.process)
    case 'off':
      return machine.runsOn === undefined ? '' : `runs on ${listNames(machine.runsOn, 3)}`
    case 'unknown':
      return machine.pid === undefined
        ? `recorded ${ageText(machine.observedAt ?? '', now)} ago`.replace('never ago', 'by hand')
        : `process ${machine.pid} may be it`
    case 'notAsked':
      return ownerOf(machine.type) ?? machine.type
    case 'suspended':
      return ''
  }
}

/** host, label, state, type, id, uuid, pid, VNC display, user, accelerator, architecture, addresses, date of the record */
function terseLine(machine: ListedMachine): string {
  const {host, label, type, id, uuid, arch, tcps, observedAt = ''} = machine
  const process = machine.status === 'running' ? machine.process : undefined
  const live = [String(process?.pid ?? ''), process?.vncDisplay ?? '', process?.uid ?? '', process?.accelerator ?? '']
  return recordLine([host, label, stateText(machine), type, id, uuid, ...live, arch, tcps.join(','), observedAt])
}
