/** GUESTS: the systems ctys knows, one of them whole, or what came of those that were verified. Nothing found = exit 3. */
import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {Guest} from '../../domain/ports/guests.js'
import type {GuestsResult, VerifiedGuest} from '../../domain/results/guests.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import {pastable} from '../../lib/shell-quote.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {GuestsBody} from '../shared/body.js'
import type {Column} from '../shared/table.js'
import type {View} from '../shared/view.js'

const columns: readonly Column[] = [
  {title: 'NAME', identity: true},
  {title: 'SYSTEM'},
  {title: 'CPU'},
  {title: 'NIC'},
  {title: 'DISK'},
  {title: 'INSTALL', wrap: true},
  {title: 'EVIDENCE'},
]
const results: readonly Column[] = [
  {title: 'NAME', identity: true},
  {title: 'HOST'},
  {title: 'RESULT'},
  {title: 'QEMU'},
  {title: 'SECONDS'},
  {title: 'WHY', wrap: true},
]

export const guestsView: View<GuestsResult, GuestsBody> = {
  exit: exitOf,
  body: ({guests, verified}) => ({command: 'guests', outcomes: [], guests, ...(verified && {verified})}),
  text: ({how, guests, verified = []}, {width}) =>
    how === 'list'
      ? rowsTable(columns, guests.map(cellsOf), width)
      : how === 'show'
        ? guests.map((guest) => linesOf(guest)).join('\n')
        : rowsTable(results, verified.map(resultOf), width),
  terse: ({how, guests, verified = []}) => rowsTerse(how === 'verify' ? verified.map(resultOf) : guests.map(cellsOf)),
  notes: (result) => notesOf(result),
}

function exitOf({guests, verified}: GuestsResult): ExitStatus {
  if (verified === undefined) return guests.length === 0 ? exitStatus.notFound : exitStatus.ok
  const done = verified.filter(({state}) => state === 'booted').length
  if (done === 0) return exitStatus.nothingSucceeded
  return verified.some(({state}) => state === 'failed') ? exitStatus.partial : exitStatus.ok
}

function cellsOf({name, title, arch, nic = '', bus = '', install, evidence}: Guest): readonly string[] {
  return [name, title, arch, nic, bus, install.join(' '), evidence]
}

function resultOf({name, host, state, qemu, ms, error}: VerifiedGuest): readonly string[] {
  const why = error === undefined ? '' : error.message
  return [name, host, state, qemu, ms === undefined ? '' : (ms / 1000).toFixed(1), why]
}

/** Every value under the name of its option. */
function linesOf(guest: Guest): string {
  const {name, title, serial, install, image, steps = [], expect, evidence, source, system = {}} = guest
  const words = ['arch', 'machine', 'cpu', 'memory', 'nic', 'bus', 'vga', 'clock', 'tablet', 'append'] as const
  const lines: readonly (readonly [string, string])[] = [
    ...words.map((word) => [word, guest[word] ?? ''] as const),
    ['image', image ?? ''],
    ['system', [system.dist, system.distrel, system.os, system.osrel].filter(Boolean).join(' ')],
    ['install', install.join(' ')],
    ...serial.map((line, n) => [n === 0 ? 'serial' : '', line] as const),
    ...steps.map((line, n) => [n === 0 ? 'step' : '', line] as const),
    ['expect', expect ?? ''],
    ['evidence', evidence],
    ['source', source],
  ]
  const shown = lines.filter(([, text]) => text !== '')
  return `${name}: ${escapeControls(title)}\n${shown.map(([word, text]) => `  ${word.padEnd(9)}${escapeControls(text)}\n`).join('')}`
}

function notesOf({how, guests, words, verified}: GuestsResult): readonly string[] {
  const [first] = guests
  if (verified !== undefined) {
    const skipped = verified.filter(({state}) => state === 'skipped').length
    const lack =
      skipped === 0
        ? []
        : [
            `${plural(skipped, 'guest')} skipped: nothing is named to boot them from (boot in ~/.ctys/guests.yaml, or --kernel, --image, --cdrom)`,
          ]
    return [
      `${verified.filter(({state}) => state === 'booted').length} of ${plural(verified.length, 'guest')} booted`,
      ...lack,
    ]
  }
  if (first === undefined) return [`no guest fits ${words.join(' ')}`]
  if (how === 'show') return [`next: ctys new NAME HOST --guest ${pastable(first.name)}`]
  return [
    `${plural(guests.length, 'guest')}; next: ctys guests show ${pastable(first.name)}, ctys new NAME HOST --guest ${pastable(first.name)}; more of your own: ~/.ctys/guests.yaml`,
  ]
}
