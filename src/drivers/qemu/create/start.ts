/**
 * One start of one machine on its host: the wrapper is run once, under the machine's lock, and what it leaves is ended
 * when the machine does not come up. The grammar of the answers is told in remote/start.ts and remote/start-end.ts.
 */
import {randomBytes} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import type {HostContext, HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {here, on} from '../../../lib/command-on.js'
import {logoutRemedy, logoutText} from '../../host/probe/logout.js'
import {scanQemu} from '../process/processes.js'
import {leaseFollowScript} from '../remote/lease-follow.js'
import {startScript} from '../remote/start.js'
import {endStart} from './end-start.js'
import {findRunning, type Judgement} from './judge.js'
import {deadOrRefused, readHeld} from './lease.js'
import {notStarted, ownerAndPath} from './not-started.js'
import type {Started, StartRequest} from './start-request.js'

/** The wrapper or its QEMU ended by itself, unsuccessfully, and nothing was left. */
export class EndedByItself extends ActionError {}

/** One look more at why a lease is held elsewhere; more would only wait for others. */
const asksAtMost = 3
const inspectMs = 100

/**
 * Undefined when another QEMU of that name appeared meanwhile: judge again. Throws PreconditionError when nothing was
 * started, ActionError START_FAILED or START_UNPROVEN when the wrapper ran and no QEMU came of it.
 */
export async function startMachine(
  session: HostSession,
  request: StartRequest,
  context: Pick<HostContext, 'signal' | 'askHolder' | 'note'>,
): Promise<Started | undefined> {
  const {machine, timeoutMs, running} = request
  const {signal} = context
  const host = formatTarget(session.target)
  const dead: string[] = []
  for (let asked = 0; ; asked++) {
    const args = scriptArguments(request, dead)
    const answer = await session.script(startScript, args, {deadlineMs: timeoutMs + 5_000, signal})
    const says = readAnswer(answer.stdout.toString())
    const held = readHeld(says)
    if (held !== undefined && asked < asksAtMost) {
      dead.push(await deadOrRefused(held, {host, machine}, {...context, session}))
      continue
    }
    if (says.has('changed')) return undefined
    const holder = says.get('running')
    if (holder !== undefined && !running.some(({pid}) => String(pid) === holder)) return undefined
    if (!says.has('started') || says.has('inway') || says.has('closed'))
      throw notStarted(session.target, request, says, answer.stderr.toString())
    return await cameUp(session, request, says, context)
  }
}

function readAnswer(text: string): ReadonlyMap<string, string> {
  const says = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, word = '', rest = ''] = /^(\S+) ?(.*)$/.exec(line) ?? []
    if (word !== '') says.set(word, rest)
  }
  return says
}

async function cameUp(
  session: HostSession,
  request: StartRequest,
  says: ReadonlyMap<string, string>,
  {signal}: Pick<HostContext, 'signal'>,
): Promise<Started> {
  const {machine, timeoutMs, token} = request
  const host = formatTarget(session.target)
  const [launcher = ''] = (says.get('started') ?? '').split(' ')
  const [since = '', log = '', lease = ''] = ['since', 'log', 'lease'].map((key) => says.get(key))
  const inWay = ownerAndPath(says.get('beside'))
  const started = {
    ...{launcher, since, log, lease, remarks: [...weakLock(says), ...atLogout(says)]},
    ...(inWay !== undefined && {inWay: `${inWay.path} belongs to ${inWay.owner}`}),
  }
  const pid = Number(says.get('up'))
  if (says.has('up') && Number.isInteger(pid)) return {...started, pid}
  const status = says.get('ended')
  const options = {since, graceMs: status === '0' ? 3_000 : 0, signal}
  const {running: found, saw} = await bornUnmarked(session, request, options).catch((error: unknown) => {
    if (!(error instanceof PreconditionError)) throw error
    const text = `${host}: the wrapper of ${machine.label} ran, and what came of it could not be seen: ${error.message}`
    throw new ActionError('START_UNPROVEN', text, {
      hint: `look at it: ${here`ctys list ${host}`}; log: ${log}`,
      cause: error,
    })
  })
  if (found !== undefined) {
    const args = [lease, token, randomBytes(16).toString('hex'), machine.id, request.called, fileSystemsOf(machine)]
    await session.script(leaseFollowScript, [...args, String(found.pid)], {deadlineMs: 5_000, signal})
    return {...started, pid: found.pid, proven: found}
  }
  const reason =
    status === undefined
      ? `its wrapper started no QEMU within ${timeoutMs / 1000} s`
      : `its wrapper ended with status ${status} and left no QEMU`
  const error = await endStart(session, {
    token,
    started,
    message: `${host}: ${machine.label} did not start: ${reason}`,
    hint: `see what it would run: ${on(session.target)`${request.wrapper} --print`}; its log on ${host}: ${log}`,
  })
  if (saw.length > 0 && error.code === 'START_FAILED') {
    const {message, details = []} = error
    throw new ActionError('START_UNPROVEN', message, {
      hint: `look at it: ${here`ctys list ${host}`}`,
      details: [...saw, ...details],
    })
  }
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

/**
 * A wrapper may give its QEMU an environment, a session, a directory and an output of its own: then it is known by what it
 * is, by the same evidence as any other, and by being none of those that were there before.
 */
async function bornUnmarked(
  session: HostSession,
  {machine, running}: StartRequest,
  {since, graceMs, signal}: {readonly since: string; readonly graceMs: number; readonly signal: AbortSignal},
): Promise<Judgement> {
  const known = new Set(running.map(({pid}) => pid))
  const endAt = performance.now() + graceMs
  for (;;) {
    const seen = await scanQemu(session, {signal})
    const processes = seen.processes.filter(({pid, startTime}) => !known.has(pid) && isNotOlder(startTime, since))
    const born = await findRunning(machine, {...seen, processes}, {session, signal})
    if (born.running !== undefined || performance.now() >= endAt) return born
    await sleep(inspectMs, undefined, {signal})
  }
}

/** Ticks since boot, or the text of lstart; what makes no sense is not older. */
function isNotOlder(startTime: string, since: string): boolean {
  const [one, other] = [startTime, since].map((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))
  return one === undefined || other === undefined || !(one < other)
}

function weakLock(says: ReadonlyMap<string, string>): readonly string[] {
  const [, dir, reason] =
    /^(.+) (it cannot be written|no file or link can be made there)$/.exec(says.get('weak') ?? '') ?? []
  if (dir === undefined) return []
  return [
    `no lease could be made beside its configuration in ${dir}: ${reason}; starts by other users or on other hosts are not kept apart from this one`,
  ]
}

function atLogout(says: ReadonlyMap<string, string>): readonly string[] {
  const user = says.get('logout')
  if (user === undefined) return []
  return [`${logoutText(user)}; as root on its host: ${logoutRemedy(user)}`]
}

function scriptArguments(request: StartRequest, dead: readonly string[]): string[] {
  const {token, machine, wrapper, called, options, display, window, monitor, running, judged, timeoutMs} = request
  const first = machine.interfaces[0]?.vncDisplay ?? '1'
  const taken = running.map(({vncDisplay}) => vncDisplay).filter((text) => text !== '')
  return [
    token,
    machine.id,
    wrapper,
    machine.label,
    String(Math.ceil(timeoutMs / 1000)),
    judged.join(' '),
    machine.uuid,
    display,
    first,
    taken.join(' '),
    called,
    fileSystemsOf(machine),
    dead.join(' '),
    monitor,
    window,
    ...options,
  ]
}

/** Disks are named FILESYSTEM:INODE (../../host/scan/disks.ts). */
function fileSystemsOf({disks = []}: EnumeratedMachine): string {
  return [...new Set(disks.map((disk) => disk.slice(0, disk.lastIndexOf(':'))))].join(' ')
}
