/**
 * CANCEL: `host label gone: power button, 3.2 s`: the state that was observed at the end and the step that did it.
 * Terse: host, label, id, uuid, pid, state, step, milliseconds.
 */
import type {CancelledMachine, CancelStep} from '../../domain/work/answers.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {listNames} from '../../lib/list-names.js'
import {recordLine} from '../find/machine-record.js'
import type {Section, SectionOutcome} from '../shared/section.js'
import type {ReportStyle} from '../shared/style.js'

export function cancelSection(outcomes: readonly SectionOutcome<'cancel'>[], style: ReportStyle): Section {
  const machines = outcomes.flatMap(({host, data}) => data.machines.map((machine) => ({host, machine})))
  const idle = outcomes.filter(({data}) => data.machines.length === 0).map(({host}) => host)
  return {
    stdout: machines.map(({host, machine}) => (style.terse ? terseLine : cancelLine)(host, machine)).join(''),
    stderr: idle.length === 0 ? [] : [`${listNames(idle)}: no machine was running`],
  }
}

function cancelLine(host: string, {label, id, pid, state, step, ms}: CancelledMachine): string {
  const how = [stepText[step], `${(ms / 1000).toFixed(1)} s`].filter((text) => text !== '').join(', ')
  return `${escapeControls(`${host} ${label || id || `pid ${pid}`} ${state}: ${how}`)}\n`
}

function terseLine(host: string, {label, id, uuid, pid, state, step, ms}: CancelledMachine): string {
  return recordLine([host, label, id, uuid, String(pid), state, step, String(ms)])
}

const stepText: Readonly<Record<CancelStep, string>> = {
  powerButton: 'power button',
  powerButtonAgain: 'power button pressed again',
  guestAgent: 'asked its guest agent',
  quit: 'monitor quit',
  SIGTERM: 'SIGTERM',
  SIGKILL: 'SIGKILL',
  reset: 'reset',
  pause: 'pause',
  resume: 'resume',
  suspend: 'suspend',
  none: 'nothing had to be done',
}
