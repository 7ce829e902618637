/**
 * ALTER: changes a machine that is off. `check` looks whether it runs; `run` does it under the lease of the machine, so
 * that no ctys on any host starts it meanwhile; the lock of QEMU on its image keeps all others out (qemu-img(1)).
 */
import {posix} from 'node:path'
import {errorCodes} from '../../../domain/error-codes.js'
import {PreconditionError} from '../../../domain/errors.js'
import {doubtOf, seeAllHint} from '../../../domain/machine/list-doubt.js'
import type {HostContext, RemoteScript} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {AlterData, Change} from '../../../domain/work/alter.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {handler} from '../../../domain/work/handler.js'
import {here} from '../../../lib/command-on.js'
import {calledBy} from '../../../lib/host-name.js'
import {enumerateBases} from '../../host/scan/enumerate.js'
import {findRunning, refuseDiskInUse} from '../create/judge.js'
import {deadOrRefused, readHeld} from '../create/lease.js'
import {locateMachine} from '../create/locate.js'
import {scanQemu} from '../process/processes.js'
import {alterScript} from '../remote/alter.js'
import {cloneScript} from '../remote/clone.js'
import {type Said, toData} from './answer.js'
import {autostart} from './autostart.js'
import {cloneArguments, cloneInput, directoryOf, newToken} from './clone.js'
import {backingOf} from './compress.js'
import {refused} from './refused.js'

/** An image of many gigabytes may have to be looked through, or written. */
const alterMs = 600_000
const copyMs = 3_600_000
const leaseSeconds = 5
const asksAtMost = 3

export const alter = handler<'alter', EnumeratedMachine>({
  async check({ask, record}, {session, signal}) {
    const machine = await locateMachine(ask.machine, {session, signal, record})
    if (isFree(ask.change)) return machine
    const seen = await scanQemu(session, {signal})
    const {running} = await findRunning(machine, seen, {session, signal})
    const host = formatTarget(session.target)
    if (running !== undefined) {
      throw new PreconditionError('ALREADY_RUNNING', `${host}: ${machine.label} is running (process ${running.pid})`, {
        hint: `stop it first: ${here`ctys stop ${machine.id} ${host}`}`,
      })
    }
    const doubt = doubtOf(seen)
    if (doubt !== undefined) {
      throw new PreconditionError(doubt, `${host}: ${errorCodes[doubt]}; whether ${machine.label} runs is not known`, {
        hint: seeAllHint,
      })
    }
    await refuseDiskInUse(machine, seen, {session, signal})
    return machine
  },
  run: ({ask}, context, machine) => change(machine, ask.change, context),
})

/** Looks only, or touches nothing of the machine. */
function isFree(asked: Change): boolean {
  return asked.what === 'files' || asked.what === 'autostart' || (asked.what === 'snapshot' && asked.how === 'list')
}

async function change(machine: EnumeratedMachine, asked: Change, context: HostContext): Promise<AlterData> {
  if (asked.what === 'autostart') return autostart(machine, asked.how, context)
  const {session, signal} = context
  const host = formatTarget(session.target)
  const {script, args, input, deadlineMs} = await callOf(machine, asked, context)
  const dead: string[] = []
  const elsewhere = await elsewhereOf(machine, context)
  for (let count = 0; ; count++) {
    const lease = leaseArguments(machine, calledBy(session.target), dead)
    const all = [...lease, ...args, ...(asked.what === 'clone' ? [] : [elsewhere])]
    const options = {deadlineMs, signal, ...(input !== undefined && {input})}
    const answer = await session.script(script, all, options)
    const lines = answer.stdout.toString().split('\n').filter(Boolean)
    const said: Said = {
      lines,
      says: new Map(lines.map((line) => [line.replace(/ .*$/s, ''), line.replace(/^\S+ ?/, '')])),
    }
    const held = readHeld(said.says)
    if (held !== undefined && count < asksAtMost) {
      dead.push(await deadOrRefused(held, {host, machine}, context))
      continue
    }
    if (!['done', 'made', 'there'].some((word) => said.says.has(word))) {
      throw refused(session.target, machine, {says: said.says, asked, stderr: answer.stderr.toString()})
    }
    const data = toData(machine, asked, said)
    const changed =
      asked.what === 'clone'
        ? [directoryOf(machine, asked.label), posix.dirname(machine.id)]
        : [posix.dirname(machine.id)]
    const stored = asked.what === 'set' || asked.what === 'clone' ? await storedIn(changed, context) : undefined
    return {...data, ...(stored && {stored})}
  }
}

/** What the files there say now. */
async function storedIn(directories: readonly string[], {session, signal}: HostContext) {
  return signal.aborted ? [] : (await enumerateBases(session, directories, {signal})).machines
}

/** Directories of other machines that the inventory has there, but for those beside, which are looked at anyway. */
async function elsewhereOf({id}: EnumeratedMachine, context: HostContext): Promise<string> {
  const beside = posix.dirname(posix.dirname(id))
  const directories = new Set(((await context.recorded?.()) ?? []).map((path) => posix.dirname(path)))
  const others = [...directories].filter((path) => posix.dirname(path) !== beside && !/[\n\0]/.test(path))
  return others.sort().join('\n')
}

interface Call {
  readonly script: RemoteScript
  /** Behind those of the lease. */
  readonly args: readonly string[]
  readonly input?: string
  readonly deadlineMs: number
}

async function callOf(machine: EnumeratedMachine, asked: Change, context: HostContext): Promise<Call> {
  const plain = (how = '', value = '', deadlineMs = alterMs): Call => ({
    script: alterScript,
    args: [asked.what, how, value],
    deadlineMs,
  })
  switch (asked.what) {
    case 'clone':
      return {script: cloneScript, args: cloneArguments(asked), input: cloneInput, deadlineMs: copyMs}
    case 'set':
      return {...plain(), input: asked.settings.map(({key, value}) => `${key} ${value}\n`).join('')}
    case 'compress':
      return {...plain('', '', copyMs), input: await backingOf(machine, leaseArguments(machine, '', []), context)}
    case 'snapshot':
      return plain(asked.how, asked.name)
    case 'resize':
      return plain('', String(asked.size))
    default:
      return plain()
  }
}

function leaseArguments(
  {id, label, disks = []}: EnumeratedMachine,
  called: string,
  dead: readonly string[],
): readonly string[] {
  const systems = [...new Set(disks.map((disk) => disk.slice(0, disk.lastIndexOf(':'))))].join(' ')
  return [newToken(), id, label, String(leaseSeconds), called, systems, dead.join(' ')]
}
