/** CREATE: `host label running (pid 1234, vnc :3)`, or that it was running already. Terse: the MACHINE record. */
import type {CreateData} from '../../domain/work/answers.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {pastableCall} from '../../lib/shell-quote.js'
import {machineRecord} from '../find/machine-record.js'
import type {SectionOutcome, VerbView} from '../shared/section.js'

export const createView: VerbView<'create'> = {
  text: (answers) => answers.map(({host, data}) => `${escapeControls(createLine(host, data))}\n`).join(''),
  terse: (answers) => answers.map(({host, data}) => machineRecord({host, machine: data.machine})).join(''),
  notes: (answers, {verbose, format}) => [
    ...answers.flatMap(talk),
    ...(format === 'text' ? howToLook(answers) : []),
    ...answers.flatMap(({host, data}) =>
      data.call === undefined ? [] : [`${host}: called as:`, `  ${pastableCall(data.call)}`],
    ),
    ...(verbose && format !== 'terse'
      ? answers.filter(({data}) => data.log !== '').map(({host, data}) => `${host}: log: ${data.log}`)
      : []),
  ],
}

/** One line for a call: the commands that show what was started. */
function howToLook(answers: readonly SectionOutcome<'create'>[]): readonly string[] {
  const started = answers.filter(({data}) => (data.ways ?? []).length > 0 && !data.endedWithConsole)
  const [one] = started
  if (one === undefined) return []
  const who = started.length === 1 ? [one.data.machine.label || one.data.machine.id, one.host] : ['MACHINE']
  const ways = new Set(started.flatMap(({data}) => data.ways ?? []))
  return [`look: ${[...ways].map((way) => pastableCall(['ctys', way, ...who])).join(', ')}`]
}

/** What was asked for and is not so, and what was not asked for and is. */
function talk({host, data: {machine, notDone = [], remarks = []}}: SectionOutcome<'create'>): readonly string[] {
  const who = `${host}: ${machine.label || machine.id || `pid ${machine.pid}`}`
  return [
    ...notDone.flatMap(({asked, reason, hint}) => [
      `${who}: ${asked} was not done: ${reason}`,
      ...(hint === undefined ? [] : [`  next: ${hint}`]),
    ]),
    ...remarks.map((remark) => `${who}: ${remark}`),
  ]
}

function createLine(host: string, {machine, reused, resumed, readyMs, endedWithConsole}: CreateData): string {
  const {label, id, pid, vncDisplay, state} = machine
  if (endedWithConsole) return `${host} ${label || id || '-'} ran, and ended with its console (pid ${pid})`
  const ready = readyMs === undefined ? '' : `, ready after ${(readyMs / 1000).toFixed(1)} s`
  const display = vncDisplay === '' ? '' : `, vnc :${vncDisplay}`
  return `${host} ${label || id || '-'} ${resumed ? `${state} again` : verdict(state, reused)} (pid ${pid}${display}${ready})`
}

function verdict(state: string, reused: boolean): string {
  if (!reused) return state
  return state === 'running' ? 'was running already' : `was there already, ${state}`
}
