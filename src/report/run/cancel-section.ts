/**
 * CANCEL: `host label gone: power button, 3.2 s`: the state that was observed at the end and the step that did it.
 * Terse: host, label, id, uuid, pid, state, step, milliseconds.
 */
import type {LeftAlone} from '../../domain/machine/left-alone.js'
import {unseenText} from '../../domain/machine/list-doubt.js'
import type {CancelData, CancelledMachine, CancelStep} from '../../domain/work/answers.js'
import {here} from '../../lib/command-on.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {listNames} from '../../lib/list-names.js'
import {plural} from '../../lib/plural.js'
import {recordLine} from '../find/machine-record.js'
import type {Answers, VerbView} from '../shared/section.js'
import {onePerHost} from './one-host.js'

export const cancelView: VerbView<'cancel'> = {
  text: (answers) => lines(answers, cancelLine),
  terse: (answers) => lines(answers, terseLine),
  notes(answers) {
    const {answers: outcomes, told} = onHosts(answers)
    const idle = outcomes.filter(({data}) => data.machines.length === 0 && isQuiet(data)).map(({host}) => host)
    return [
      ...told,
      ...(idle.length === 0 ? [] : [`${listNames(idle)}: no machine was running`]),
      ...outcomes.flatMap(({host, data}) => leftLines(host, data)),
      ...outcomes.flatMap(({host, data}) => (data.networks ?? []).map((line) => `${host}: ${line}`)),
    ]
  },
}

function onHosts(answers: Answers<'cancel'>) {
  return onePerHost(answers, ({data}) => data.machines.length)
}

function lines(answers: Answers<'cancel'>, line: (host: string, machine: CancelledMachine) => string): string {
  return onHosts(answers)
    .answers.flatMap(({host, data}) => data.machines.map((machine) => line(host, machine)))
    .join('')
}

/** Nothing was left alone, and nothing may run unseen. */
function isQuiet({leftAlone = [], hidden, unseen = []}: CancelData): boolean {
  return leftAlone.length === 0 && unseen.length === 0 && hidden !== true
}

const mostNamed = 20

/** What runs on, counted and each by name, with the command of whoever runs it. */
export function leftLines(
  host: string,
  {leftAlone = [], hidden, unseen = []}: Pick<CancelData, 'leftAlone' | 'hidden' | 'unseen'>,
): readonly string[] {
  const foreign = leftAlone.filter(({why}) => why === 'foreign')
  const ofOthers = leftAlone.filter(({why}) => why === 'otherUser')
  const more = (count: number) =>
    count > mostNamed ? [`  and ${count - mostNamed} more: ${here`ctys list ${host}`}`] : []
  const told = (machines: readonly LeftAlone[], what: string) =>
    machines.length === 0
      ? []
      : [`${host}: ${what} left alone:`, ...machines.slice(0, mostNamed).map(leftLine), ...more(machines.length)]
  return [
    ...told(foreign, plural(foreign.length, 'foreign machine')),
    ...told(ofOthers, `${plural(ofOthers.length, 'machine')} of other users`),
    ...(hidden === true ? [`${host}: hides the machines of other users; those were left alone`] : []),
    ...unseen.map((one) => `${host}: ${unseenText(one)}`),
  ]
}

function leftLine({label, pid, uid, disk, manager, managerCommand = ''}: LeftAlone): string {
  const facts = [
    `process ${pid}`,
    ...(label === '' && disk !== undefined ? [disk] : []),
    manager === undefined ? `user ${uid}` : `run by ${manager}`,
  ]
  return `  ${label || '(no name)'}: ${facts.join(', ')}${managerCommand === '' ? '' : `; ${managerCommand}`}`
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
