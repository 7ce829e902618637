/** NET-MOVE, NET-UNDO, NET-CONFIRM and NET-PENDING: a line each change; terse its fields. */
import type {NetChange} from '../../domain/work/net-move.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {pastable} from '../../lib/shell-quote.js'
import {rowsTerse} from '../shared/answer-rows.js'
import type {VerbView} from '../shared/section.js'

export const netMoveView: VerbView<'net-move'> = {
  text: (answers) => lines(answers.map(({host, data}) => `${host} ${madeText(data.change, data)}`)),
  terse: (answers) => rowsTerse(answers.map(({host, data}) => fields(host, 'move', data.change))),
  notes: (answers) => answers.flatMap(({host, data}) => notesOf(host, data.change, data.forced)),
}

export const netUndoView: VerbView<'net-undo'> = {
  text: (answers) =>
    lines(
      answers.map(({host, data}) =>
        data.how === 'back'
          ? `${host} ${madeText(data.change, data)}`
          : `${host} ${whatText(data.change)} was cancelled, the old network is back${times(data.change)}`,
      ),
    ),
  terse: (answers) => rowsTerse(answers.map(({host, data}) => fields(host, data.how, data.change))),
  notes: (answers) => answers.flatMap(({host, data}) => notesOf(host, data.change, data.forced)),
}

export const netConfirmView: VerbView<'net-confirm'> = {
  text: (answers) =>
    lines(
      answers.map(({host, data: {did, change}}) =>
        did === 'confirmed'
          ? `${host} ${whatText(change)} is confirmed${times(change)}`
          : `${host} ${whatText(change)} is taken back in ${secondsText(change.leftMs ?? 0)} unless it is confirmed`,
      ),
    ),
  terse: (answers) => rowsTerse(answers.map(({host, data}) => fields(host, data.did, data.change))),
  notes: () => [],
}

export const netPendingView: VerbView<'net-pending'> = {
  text: (answers) =>
    lines(
      answers.flatMap(({host, data: {pending, last, moved}}) => [
        pending === undefined ? `${host} no change is pending` : `${host} pending: ${pendingText(pending)}`,
        ...(last === undefined ? [] : [`${host} last: ${lastText(last)}`]),
        ...moved.map((change) => `${host} moved: ${change.interface} is in ${change.bridge}, ${byText(change)}`),
      ]),
    ),
  terse: (answers) =>
    rowsTerse(
      answers.flatMap(({host, data: {pending, last, moved}}) => [
        ...(pending === undefined ? [] : [fields(host, 'pending', pending)]),
        ...(last === undefined ? [] : [fields(host, 'last', last)]),
        ...moved.map((change) => fields(host, 'moved', change)),
      ]),
    ),
  notes: (answers) =>
    answers.flatMap(({host, data: {pending}}) =>
      pending === undefined
        ? []
        : [
            ...notesOf(host, pending, []),
            `${host}: next: ctys net confirm ${pastable(host)}, or ctys net undo ${pastable(host)}`,
          ],
    ),
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${escapeControls(text)}\n`).join('')
}

/** From one device to the other. */
function whatText({way, interface: card, bridge}: NetChange): string {
  return way === 'move' ? `${card} into ${bridge}` : `${card} out of ${bridge}`
}

function madeText(change: NetChange, {answeredMs}: {readonly answeredMs?: number}): string {
  const {id, phase, leftMs} = change
  const what = `moved ${whatText(change)}${times(change)}`
  if (phase === 'confirmed') {
    const answered = answeredMs === undefined ? '' : `, reached anew and confirmed after ${secondsText(answeredMs)}`
    return `${what}${answered} (change ${id})`
  }
  return `${what}; it is taken back in ${secondsText(leftMs ?? 0)} unless it is confirmed (change ${id})`
}

function pendingText(change: NetChange): string {
  const {phase, leftMs, watched} = change
  const left = leftMs === undefined ? '' : `, taken back in ${secondsText(leftMs)} unless confirmed`
  return `${whatText(change)}, ${phase}${watched ? left : ', and nobody there would take it back'}${times(change)}, ${byText(change)}`
}

function lastText(change: NetChange): string {
  const {phase, reason} = change
  const became =
    phase === 'confirmed' ? 'confirmed' : phase === 'reverted' ? 'taken back' : 'could not be put back whole'
  return `${whatText(change)} ${became}${reason === undefined ? '' : `: ${reason}`}${times(change)}, ${byText(change)}`
}

function byText({id, who, from, since}: NetChange): string {
  const at = since === 0 ? '' : ` at ${new Date(since * 1000).toISOString().replace('.000Z', 'Z')}`
  return `change ${id} of ${who || 'somebody'}${from === '' ? '' : ` from ${from}`}${at}`
}

function times({interruptedMs, restoredMs, dhcp}: NetChange): string {
  return [
    ...(interruptedMs === undefined ? [] : [`interrupted for ${interruptedMs} ms`]),
    ...(restoredMs === undefined ? [] : [`for ${restoredMs} ms on the way back`]),
    ...(dhcp === undefined ? [] : [dhcp]),
  ]
    .map((text) => `, ${text}`)
    .join('')
}

function secondsText(ms: number): string {
  return ms >= 10_000 || ms % 1000 === 0 ? `${Math.round(ms / 1000)} s` : `${(ms / 1000).toFixed(1)} s`
}

function notesOf(host: string, {hints, differs}: NetChange, forced: readonly string[]): readonly string[] {
  return [
    ...forced.map((line) => `${host}: forced: ${line}`),
    ...hints.map((hint) => `${host}: ${hint}`),
    ...differs.map((line) => `${host}: missing: ${line}`),
  ]
}

function fields(host: string, name: string, change: NetChange): readonly string[] {
  const {id, phase, who, from, since, leftMs, interruptedMs, restoredMs, reason} = change
  const numbers = [since, leftMs, interruptedMs, restoredMs].map((number) =>
    number === undefined ? '' : String(number),
  )
  return [host, name, id, change.way, change.interface, change.bridge, phase, who, from, ...numbers, reason ?? '']
}
