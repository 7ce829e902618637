/**
 * A second session type, whole: what runs is a process that plays a tape. It stands here as the folder of a type does
 * below src/drivers, and nothing else knows it.
 */
import {randomBytes} from 'node:crypto'
import {isUnknownAfter} from '../../../src/domain/error-codes.js'
import {ActionError, CtysError, PreconditionError} from '../../../src/domain/errors.js'
import {formatAddress, matchesAddress} from '../../../src/domain/machine/machine-address.js'
import type {Driver, HostContext, HostSession} from '../../../src/domain/ports/ports.js'
import type {RunningMachine} from '../../../src/domain/work/answers.js'
import {handler, readingHandler} from '../../../src/domain/work/handler.js'
import type {TaskOf} from '../../../src/domain/work/plan.js'
import {readTape} from './config.js'
import {endScript, listScript, startScript} from './remote.js'

interface Playing extends RunningMachine {
  readonly token: string
}

interface Seen {
  readonly playing: readonly Playing[]
  readonly hidden: boolean
}

const nothing = {macs: [], tcps: [], vncDisplay: '', cport: '', sport: '', gid: '', version: '', accelerator: ''}

async function look(session: HostSession, signal: AbortSignal): Promise<Seen> {
  const {stdout} = await session.script(listScript, [], {signal})
  const [hidden, ...fields] = stdout.toString().split('\0')
  const playing: Playing[] = []
  for (let i = 0; i + 7 <= fields.length; i += 7) {
    const [pid = '', startTime = '', uid = '', id = '', label = '', uuid = '', token = ''] = fields.slice(i, i + 7)
    const managed = id.startsWith('/')
    playing.push({
      ...{
        ...nothing,
        type: 'TAPE',
        label,
        id: managed ? id : '',
        uuid,
        pid: Number(pid),
        startTime,
        uid,
        managed,
        token,
      },
      ...{exePath: '/bin/sh', arch: '', state: 'running', proof: managed ? 'user' : 'none'},
    })
  }
  return {playing, hidden: hidden === 'hidden'}
}

const shown = ({token: _, ...machine}: Playing): RunningMachine => machine

/** By its path where it is recorded: a name alone may be another's. */
function isWanted(machine: RunningMachine, {ask, record}: TaskOf<'create'> | TaskOf<'cancel'>): boolean {
  if (ask.machine === 'all') return machine.managed
  return record === undefined ? matchesAddress(ask.machine, machine) : machine.id === record.id
}

function notSeen({hidden}: Seen, name: string): PreconditionError {
  return hidden
    ? new PreconditionError('PROCESSES_HIDDEN', `whether ${name} runs is not known`)
    : new PreconditionError('NOT_RUNNING', `${name} does not run`)
}

const list = readingHandler<'list'>(async (_, {session, signal}) => {
  const {playing, hidden} = await look(session, signal)
  return {kind: 'list', machines: playing.map(shown), ...(hidden && {hidden})}
})

const create = handler<'create', Playing | undefined>({
  check: async (task, {session, signal}) => {
    const seen = await look(session, signal)
    const {mode, machine} = task.ask
    const old = seen.playing.find((one) => isWanted(one, task))
    if (old === undefined && mode === 'connect') throw notSeen(seen, formatAddress(machine))
    if (old !== undefined && mode === 'new') throw new PreconditionError('ALREADY_RUNNING', `${old.label} runs`)
    if (old === undefined && task.record === undefined)
      throw new PreconditionError('MACHINE_NOT_FOUND', `no tape ${formatAddress(machine)}`)
    return old
  },
  run: async ({record, ask}, {session, signal}, old) => {
    if (old !== undefined || record === undefined) {
      if (old === undefined) throw new PreconditionError('MACHINE_NOT_FOUND', 'no tape')
      return {kind: 'create', reused: true, machine: shown(old), log: ''}
    }
    const token = randomBytes(8).toString('hex')
    try {
      const args = [record.id, record.label, record.uuid, token]
      const said = (await session.script(startScript, args, {signal, deadlineMs: ask.timeoutMs})).stdout
        .toString()
        .trim()
      if (said === 'running') throw new PreconditionError('ALREADY_RUNNING', `${record.label} runs`)
      if (said === 'missing') throw new PreconditionError('MACHINE_NOT_FOUND', `no tape ${record.id}`)
      if (said !== 'started') throw new PreconditionError('BUSY', `${record.label} is being started`)
      const own = (await look(session, signal)).playing.find((one) => one.token === token)
      if (own === undefined) throw new ActionError('START_FAILED', `${record.label} ended at once`)
      return {kind: 'create', reused: false, machine: shown(own), log: ''}
    } catch (error) {
      throw await afterFailure(error, token, session)
    }
  },
})

/** What an interrupt or a deadline left is ended; after a lost link nothing can be. */
async function afterFailure(error: unknown, token: string, session: HostSession): Promise<unknown> {
  const code = error instanceof CtysError ? error.code : undefined
  const isOpen = code === 'INTERRUPTED' || (code !== undefined && isUnknownAfter(code, true))
  if (code === undefined || code === 'CONNECTION_LOST' || !isOpen) return error
  const {signal} = new AbortController()
  for (const one of (await look(session, signal)).playing.filter((each) => each.token === token)) {
    await session.script(endScript, [String(one.pid), one.startTime], {signal})
  }
  return new ActionError(code, 'the start was given up, and what it left was ended')
}

const cancel = handler<'cancel', {readonly chosen: readonly Playing[]; readonly hidden: boolean}>({
  check: async (task, {session, signal}: HostContext) => {
    const seen = await look(session, signal)
    const {machine, how, foreign = false} = task.ask
    if (how !== 'poweroff') throw new PreconditionError('UNSUPPORTED', `a tape cannot ${how}`)
    const wanted = seen.playing.filter((one) => isWanted(one, task))
    if (machine === 'all') return {chosen: wanted, hidden: seen.hidden}
    if (wanted.length === 0) throw notSeen(seen, formatAddress(machine))
    if (wanted.length > 1) throw new PreconditionError('MACHINE_AMBIGUOUS', `${wanted.length} tapes fit`)
    if (!foreign && wanted.some(({managed}) => !managed))
      throw new PreconditionError('FOREIGN_MACHINE', 'it is none of ctys')
    return {chosen: wanted, hidden: false}
  },
  run: async (_, {session, signal}, {chosen, hidden}) => {
    const machines = []
    for (const {pid, startTime, label, id, uuid} of chosen) {
      const {stdout} = await session.script(endScript, [String(pid), startTime], {signal})
      if (stdout.toString().trim() !== 'gone')
        throw new ActionError('STOP_FAILED', `${label} is another process by now`)
      machines.push({label, id, uuid, pid, state: 'gone', step: 'SIGKILL', ms: 0} as const)
    }
    return {kind: 'cancel', machines, ...(hidden && {hidden})}
  },
})

export const tape: Driver = {type: 'TAPE', verbs: {create, list, cancel}, reader: readTape}
