/**
 * ALTER: changes a machine that is off. `check` looks whether it runs; `run` does it under the lease of the machine, so
 * that no ctys on any host starts it meanwhile; the lock of QEMU on its image keeps all others out (qemu-img(1)).
 */
import {randomBytes} from 'node:crypto'
import {errorCodes} from '../../../domain/error-codes.js'
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import {doubtOf, seeAllHint} from '../../../domain/machine/list-doubt.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget, hostNameOf} from '../../../domain/target.js'
import type {AlterData, Change} from '../../../domain/work/alter.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {handler} from '../../../domain/work/handler.js'
import {pastable} from '../../../lib/shell-quote.js'
import {findRunning} from '../create/judge.js'
import {deadOrRefused, readHeld} from '../create/lease.js'
import {locateMachine} from '../create/locate.js'
import {scanQemu} from '../process/processes.js'
import {alterScript} from '../remote/alter.js'

/** An image of many gigabytes may have to be looked through. */
const alterMs = 600_000
const leaseSeconds = 5
const asksAtMost = 3

export const alter = handler<'alter', EnumeratedMachine>({
  async check({ask, record}, {session, signal}) {
    const machine = await locateMachine(ask.machine, {session, signal, record})
    if (isReading(ask.change)) return machine
    const seen = await scanQemu(session, {signal})
    const {running} = await findRunning(machine, seen, {session, signal})
    const host = formatTarget(session.target)
    const address = `${pastable(machine.id)} ${pastable(host)}`
    if (running !== undefined) {
      throw new PreconditionError('ALREADY_RUNNING', `${host}: ${machine.label} is running (process ${running.pid})`, {
        hint: `stop it first: ctys stop ${address}`,
      })
    }
    const doubt = doubtOf(seen)
    if (doubt !== undefined) {
      throw new PreconditionError(doubt, `${host}: ${errorCodes[doubt]}; whether ${machine.label} runs is not known`, {
        hint: seeAllHint,
      })
    }
    return machine
  },
  run: ({ask}, context, machine) => change(machine, ask.change, context),
})

function isReading(asked: Change): boolean {
  return asked.what === 'files' || (asked.what === 'snapshot' && asked.how === 'list')
}

async function change(machine: EnumeratedMachine, asked: Change, context: HostContext): Promise<AlterData> {
  const {session, signal} = context
  const host = formatTarget(session.target)
  const dead: string[] = []
  for (let count = 0; ; count++) {
    const args = argumentsOf(machine, asked, {called: hostNameOf(session.target, ''), dead})
    const answer = await session.script(alterScript, args, {deadlineMs: alterMs, signal})
    const lines = answer.stdout.toString().split('\n').filter(Boolean)
    const says = new Map(lines.map((line) => [line.replace(/ .*$/s, ''), line.replace(/^\S+ ?/, '')]))
    const held = readHeld(says)
    if (held !== undefined && count < asksAtMost) {
      dead.push(await deadOrRefused(held, {host, machine}, context))
      continue
    }
    if (!says.has('done')) throw refused(host, machine, {says, asked, stderr: answer.stderr.toString()})
    return toData(machine, asked, lines)
  }
}

function argumentsOf(
  {id, label, disks = []}: EnumeratedMachine,
  asked: Change,
  {called, dead}: {readonly called: string; readonly dead: readonly string[]},
): string[] {
  const systems = [...new Set(disks.map((disk) => disk.slice(0, disk.lastIndexOf(':'))))].join(' ')
  const how = asked.what === 'snapshot' ? asked.how : ''
  const value = asked.what === 'snapshot' ? asked.name : asked.what === 'resize' ? String(asked.size) : ''
  const token = randomBytes(16).toString('hex')
  return [token, id, label, String(leaseSeconds), called, systems, dead.join(' '), asked.what, how, value]
}

function toData({id, label}: EnumeratedMachine, {what}: Change, lines: readonly string[]): AlterData {
  const all = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  const size = Number(all('size')[0])
  const isRemoval = what === 'files' || what === 'remove'
  return {
    kind: 'alter',
    what,
    label,
    id,
    files: isRemoval ? all('file') : all('image'),
    kept: all('kept'),
    ...(what === 'resize' && size > 0 && {size}),
    ...(what === 'snapshot' && {
      snapshots: all('snapshot').map((line) => {
        const [name = '', ...date] = line.split(' ')
        return {name, date: date.join(' ')}
      }),
    }),
  }
}

interface Refusal {
  readonly says: ReadonlyMap<string, string>
  readonly asked: Change
  readonly stderr: string
}

function refused(host: string, {label}: EnumeratedMachine, {says, asked, stderr}: Refusal): Error {
  const used = says.get('used')
  if (used !== undefined) {
    const [image = '', by = ''] = splitPaths(used)
    return new PreconditionError(
      'IN_USE',
      `${host}: ${image} of ${label} is what ${by} stands on; nothing was changed`,
      {
        hint: `remove that machine first, or make its image whole: qemu-img rebase -b '' ${pastable(by)}`,
      },
    )
  }
  const running = says.get('running')
  if (running !== undefined) {
    return new PreconditionError('ALREADY_RUNNING', `${host}: ${label} is running (process ${running})`, {
      hint: `stop it first: ctys stop ${pastable(label)} ${pastable(host)}`,
    })
  }
  if (says.has('busy')) {
    return new PreconditionError('BUSY', `${host}: another ctys is working on ${label}`, {
      hint: 'wait for it, or ask again',
    })
  }
  const details = stderr.split('\n').filter(Boolean).slice(0, 5)
  const [reason = 'it did not say why'] = details
  if (says.has('failed')) {
    return new ActionError('ALTER_FAILED', `${host}: ${asked.what} of ${label} failed: ${reason}`, {details})
  }
  return new PreconditionError('COMMAND_FAILED', `${host}: ${label} was not changed: no lease of it could be taken`, {
    details: [...[...says].map(([word, rest]) => `${word} ${rest}`), ...details].slice(0, 5),
  })
}

/** Two absolute paths, a blank between them. */
function splitPaths(text: string): readonly string[] {
  const at = text.indexOf(' /')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
