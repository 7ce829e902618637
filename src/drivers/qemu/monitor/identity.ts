/** Whether the machine behind a monitor is that of a process: what it answers is compared with the command line. */
import {ActionError} from '../../../domain/errors.js'
import {normalizeUuid} from '../../../domain/machine/machine-address.js'
import type {QemuProcess} from '../process/processes.js'
import type {Monitor} from './adapters.js'

interface Question {
  readonly line: string
  proves(answer: string): boolean
}

/**
 * Throws ActionError STOP_UNPROVEN unless it has the UUID and the name of the process, or its boot image when it has
 * neither. Where the command line says none of them, `isHeld` decides: the socket was seen among the descriptors of the
 * process. The human form of the questions is understood by both monitors; only QMP takes them all at once.
 */
export async function proveIdentity(
  monitor: Monitor,
  {commandLine: {uuid, name, image}, label, pid}: QemuProcess,
  {isHeld = false} = {},
): Promise<void> {
  const rows = (answer: string) => answer.split('\n').map((row) => row.trim())
  const isName = (answer: string) =>
    plain(answer) === plain(name) ||
    // what the guest prints may stand before an answer
    (monitor.kind === 'mux' && rows(answer).some((row) => plain(row).endsWith(plain(name))))
  const questions: readonly Question[] = [
    ...(uuid === '' ? [] : [{line: 'info uuid', proves: (answer: string) => rows(answer).some(hasUuid(uuid))}]),
    ...(name === '' ? [] : [{line: 'info name', proves: isName}]),
    ...(uuid + name !== '' || image === ''
      ? []
      : [{line: 'info block', proves: (answer: string) => plain(answer).includes(plain(image))}]),
  ]
  const answers: string[] = []
  if (monitor.kind === 'qmp') answers.push(...(await Promise.all(questions.map(({line}) => monitor.human(line)))))
  else for (const {line} of questions) answers.push(await monitor.human(line))
  const isProven = questions.every(({proves}, i) => proves(answers[i] ?? ''))
  if (!isProven || (questions.length === 0 && !isHeld)) {
    throw new ActionError('STOP_UNPROVEN', `the monitor of ${label || `process ${pid}`} is not that of this machine`)
  }
}

function hasUuid(uuid: string): (row: string) => boolean {
  return (row) => normalizeUuid(row).endsWith(uuid)
}

/** As monitors show it: they drop some of the characters that a terminal acts on, and what is no UTF-8. */
function plain(text: string): string {
  return text
    .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/[\s\x00-\x1f\x7f\ufffd]+/g, ' ')
    .trim()
}
