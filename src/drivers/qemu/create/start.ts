/**
 * One start of one machine on its host: the wrapper is run once, under the machine's lock, and what it leaves is ended
 * when the machine does not come up. The grammar of the answers is told in remote/start.ts and remote/start-end.ts.
 */
import {ActionError, CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import type {CreateAsk} from '../../../domain/work/asks.js'
import {shellQuote} from '../../../lib/shell-quote.js'
import type {QemuProcess} from '../process/processes.js'
import {startScript} from '../remote/start.js'
import {startEndScript} from '../remote/start-end.js'

export interface StartRequest {
  /** Names this start on the host: hexadecimal digits, never used twice. */
  readonly token: string
  readonly machine: EnumeratedMachine
  readonly wrapper: string
  readonly options: readonly string[]
  /** Empty, `auto`, or a number. */
  readonly display: string
  /** The QEMU option that gives the machine a monitor of ctys' own; empty = none. */
  readonly monitor: MonitorOption | ''
  readonly running: readonly QemuProcess[]
  readonly timeoutMs: number
}

/** `monitor` is the human one, for QEMU before 0.13: QMP was not finished there. */
export type MonitorOption = 'qmp' | 'monitor'

/** The wrapper or its QEMU ended by itself, unsuccessfully, and nothing was left. */
export class EndedByItself extends ActionError {}

export interface Started {
  readonly pid: number
  readonly launcher: string
  readonly since: string
  readonly log: string
  /** Something of another user lies where the log belongs: whose, and where. The log is elsewhere. */
  readonly inWay?: string
}

/** A start that is on its way. `endAt`: Date.now() at its end. */
export interface Settling {
  readonly action: CreateAsk
  readonly machine: EnumeratedMachine
  readonly wrapper: string
  readonly token: string
  readonly endAt: number
}

/**
 * Undefined when another QEMU of that name appeared meanwhile: judge again. Throws PreconditionError when nothing was
 * started, ActionError START_FAILED or START_UNPROVEN when the wrapper ran and no QEMU came of it.
 */
export async function startMachine(
  session: HostSession,
  request: StartRequest,
  signal: AbortSignal,
): Promise<Started | undefined> {
  const {machine, timeoutMs} = request
  const answer = await session.script(startScript, scriptArguments(request), {deadlineMs: timeoutMs + 5_000, signal})
  const says = new Map<string, string>()
  for (const line of answer.stdout.toString().split('\n')) {
    const [, word = '', rest = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
    if (word !== '') says.set(word, rest)
  }
  if (says.has('changed')) return undefined
  if (!says.has('started') || says.has('inway') || says.has('closed'))
    throw notStarted(session, request, says, answer.stderr.toString())

  const [launcher = ''] = (says.get('started') ?? '').split(' ')
  const inWay = ownerAndPath(says.get('beside'))
  const started = {
    launcher,
    since: says.get('since') ?? '',
    log: says.get('log') ?? '',
    ...(inWay !== undefined && {inWay: `${inWay.path} belongs to ${inWay.owner}`}),
  }
  const pid = Number(says.get('up'))
  if (says.has('up') && Number.isInteger(pid)) return {...started, pid}
  const status = says.get('ended')
  const host = formatTarget(session.target)
  const reason =
    status === undefined
      ? `its wrapper started no QEMU within ${timeoutMs / 1000} s`
      : `its wrapper ended with status ${status} and left no QEMU`
  const error = await endStart(session, {
    token: request.token,
    started,
    message: `${host}: ${machine.label} did not start: ${reason}`,
    hint: `see what it would run: ${request.wrapper} --print; its log on ${host}: ${started.log}`,
  })
  throw isRefusal(Number(status)) ? asEndedByItself(error) : error
}

/** A status of the program's own: not "could not be executed", and no signal (sh(1)). */
function isRefusal(status: number): boolean {
  return status > 0 && status < 125
}

/** Nothing of it may be left: another code than START_FAILED stays what it is. */
export function asEndedByItself(error: ActionError): ActionError {
  const {code, message, hint, details} = error
  if (code !== 'START_FAILED') return error
  return new EndedByItself(code, message, {...(hint !== undefined && {hint}), ...(details !== undefined && {details})})
}

function scriptArguments(request: StartRequest): string[] {
  const {token, machine, wrapper, options, display, monitor, running, timeoutMs} = request
  const first = machine.interfaces[0]?.vncDisplay ?? '1'
  const taken = running.map(({vncDisplay}) => vncDisplay).filter((text) => text !== '')
  return [
    token,
    machine.id,
    wrapper,
    machine.label,
    String(Math.ceil(timeoutMs / 1000)),
    running.map(({pid}) => pid).join(' '),
    machine.uuid,
    display,
    first,
    taken.join(' '),
    monitor,
    ...options,
  ]
}

function notStarted(
  session: HostSession,
  {machine, display}: StartRequest,
  says: ReadonlyMap<string, string>,
  stderr: string,
): CtysError {
  const host = formatTarget(session.target)
  const refuse = (code: CtysError['code'], text: string, hint: string) =>
    new PreconditionError(code, `${host}: ${machine.label} was not started: ${text}`, {hint})
  if (says.has('busy')) {
    return refuse('BUSY', `another ctys is starting it (process ${says.get('busy')})`, 'wait for it, or ask again')
  }
  const inWay = ownerAndPath(says.get('inway'))
  if (inWay !== undefined) {
    const {owner, path} = inWay
    const text = `${path} is in the way and belongs to ${owner}`
    return refuse('START_FAILED', text, `as ${owner} or root on ${host}: rm -r ${shellQuote(path)}`)
  }
  const closed = says.get('closed')
  if (closed !== undefined) {
    const hint = `see: ssh ${host} ls -ld ${shellQuote(shellQuote(closed))}`
    return refuse('START_FAILED', `its directory cannot be entered: ${closed}`, hint)
  }
  if (says.has('nodisplay')) {
    return display === 'auto'
      ? refuse('NO_FREE_DISPLAY', 'every VNC display is taken', 'stop a machine, or use the console type NONE')
      : refuse('NO_FREE_DISPLAY', `VNC display ${display} is taken`, 'leave the display out: a free one is found')
  }
  if (says.has('nodir')) {
    return refuse('START_FAILED', `no directory for its sockets: ${says.get('nodir')}`, 'set CTYS_SOCKBASE on the host')
  }
  if (says.has('unsafe')) {
    const dir = says.get('unsafe')
    return refuse('START_FAILED', `anybody may replace its sockets in ${dir}`, `chmod +t ${dir}`)
  }
  if (says.has('full')) {
    const dir = says.get('full')
    return refuse('START_FAILED', `there is no space left in ${dir}`, `free some: ssh ${host} df ${dir}`)
  }
  if (says.has('socket')) {
    const path = says.get('socket')
    return refuse('START_FAILED', `its socket path is too long: ${path}`, 'use a shorter label or CTYS_SOCKBASE')
  }
  return new PreconditionError('COMMAND_FAILED', `${host}: the start script of ctys failed`, {
    details: stderr.split('\n').filter(Boolean).slice(0, 10),
  })
}

function ownerAndPath(said: string | undefined): {readonly owner: string; readonly path: string} | undefined {
  const [, owner, path] = /^(\S+) (.+)$/.exec(said ?? '') ?? []
  return owner === undefined || path === undefined ? undefined : {owner, path}
}

export interface EndRequest {
  readonly token: string
  readonly started?: Omit<Started, 'pid'>
  readonly message: string
  readonly hint?: string
  readonly code?: 'START_FAILED' | 'VNC_EXPOSED' | 'INTERRUPTED'
  readonly details?: readonly string[]
}

/** Ends what the start left and returns the error that says so; START_UNPROVEN when something may be left. */
export async function endStart(session: HostSession, request: EndRequest): Promise<ActionError> {
  const {token, started, message, hint, code = 'START_FAILED', details = []} = request
  const args = [token, started?.launcher ?? '', started?.since ?? '', started?.log ?? '']
  const extras = {...(hint !== undefined && {hint})}
  try {
    const result = await session.script(startEndScript, args, {deadlineMs: 15_000})
    const [head = '', ...tail] = result.stdout.toString().split(/^log\n/m)
    const log = [...details, ...tail.join('').split('\n').filter(Boolean)]
    const left = [...head.matchAll(/^left (\d+)$/gm)].map((match) => match[1])
    if (left.length === 0) return new ActionError(code, message, {...extras, details: log})
    return new ActionError('START_UNPROVEN', `${message}; still there: process ${left.join(', ')}`, {
      ...extras,
      details: log,
    })
  } catch (cause) {
    return new ActionError('START_UNPROVEN', `${message}; whether something is left could not be seen`, {
      ...extras,
      details,
      cause,
    })
  }
}
