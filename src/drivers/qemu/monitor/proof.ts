/**
 * Promise: a monitor is used only if the process itself listens there. What a command line says is a claim; the host is
 * asked for the sockets each process holds, in one round trip for all of them (remote/monitor-proof.ts).
 */
import {randomBytes} from 'node:crypto'
import {posix} from 'node:path'
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {StreamTo} from '../../../domain/ports/host-stream.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {cleanBase} from '../paths.js'
import type {QemuOption} from '../process/command-line-options.js'
import {findAgents, findMonitors, type MonitorPlace, type MonitorPoint, mayWaitForClient} from '../process/monitors.js'
import type {QemuProcess} from '../process/processes.js'
import {monitorProofScript} from '../remote/monitor-proof.js'
import {readAddress} from './proc-address.js'

/**
 * A place that leads to the process, or why it does not. `isHeld`: its socket was seen among the descriptors of the
 * process; else it belongs to the same user, where the descriptors are not shown. `isTaken`: whoever passed it to the
 * process, as libvirt does, is on it.
 */
export type Proven =
  | {
      readonly to: Exclude<StreamTo, {argv: readonly string[]}>
      readonly telnet: boolean
      readonly isHeld: boolean
      readonly isTaken?: true
    }
  | {readonly doubt: Doubt; readonly text: string}

/**
 * `other`: the process does not listen there. `missing`: the file of its socket is gone. `lost`: so it is, or
 * QEMU left the directory that its name is relative to. `elsewhere`: the path is of
 * another mount namespace. `closed`: this account may not connect to it. `hidden`: it is not shown the descriptor. `nowhere`:
 * nobody can come to it. `waits`: QEMU starts its guest when somebody connects to a socket of it, so nobody must.
 */
export type Doubt = 'other' | 'missing' | 'lost' | 'elsewhere' | 'closed' | 'hidden' | 'nowhere' | 'waits'

export interface ProvenMonitor {
  readonly kind: MonitorPoint['kind']
  readonly place: Proven
}

export interface Reach {
  readonly monitors: readonly ProvenMonitor[]
  /** Channels of the guest agent. */
  readonly agents: readonly Proven[]
  /** State letter of proc(5), such as `S`, or `T` when it was stopped by a signal; empty where it is not known. */
  readonly runState: string
}

/** By pid. Throws ActionError MONITOR_FAILED when the host does not say it. */
export async function proveMonitors(
  session: HostSession,
  processes: readonly QemuProcess[],
  {signal, deadlineMs = 5_000}: {readonly signal: AbortSignal; readonly deadlineMs?: number},
): Promise<ReadonlyMap<number, Reach>> {
  const questions: Question[] = []
  const claims = processes.map((process) => {
    const {options} = process.commandLine
    const ask = (place: MonitorPlace) => questions.push({process, place})
    const monitors = findMonitors(options)
    const agents = findAgents(options)
    for (const {at} of monitors) ask(at)
    for (const at of agents) ask(at)
    questions.push({process})
    return {pid: process.pid, options, monitors, agents}
  })
  const answers = (await askHost(session, questions, {signal, deadlineMs}))[Symbol.iterator]()
  const next = () => answers.next().value ?? 'other'
  return new Map(
    claims.map(({pid, options, monitors, agents}) => {
      const reach = {
        monitors: monitors.map(({kind, at}) => ({kind, place: read(at, next())})),
        agents: agents.map((at) => read(at, next())),
      }
      const [, runState = '', threads] = /^run (\S) ?(\d*)$/.exec(next()) ?? []
      return [pid, {...(isWaiting(options, Number(threads)) ? waiting : reach), runState}]
    }),
  )
}

/** A QEMU that has not made the threads of its processors (at least one beside its own two) has not started its guest. */
function isWaiting(options: readonly QemuOption[], threads: number): boolean {
  if (!(threads > 0) || !mayWaitForClient(options)) return false
  const own = options.filter(({name, value}) => name === 'object' && /iothread/.test(value)).length
  return threads <= 2 + own
}

const waiting: Omit<Reach, 'runState'> = {
  monitors: [{kind: 'hmp', place: {doubt: 'waits', text: 'a socket'}}],
  agents: [],
}

/** The same for some places of one process. */
export async function provePlaces(
  session: HostSession,
  process: QemuProcess,
  places: readonly MonitorPlace[],
  {signal, deadlineMs = 5_000}: {readonly signal: AbortSignal; readonly deadlineMs?: number},
): Promise<readonly Proven[]> {
  const questions = places.map((place) => ({process, place}))
  const answers = await askHost(session, questions, {signal, deadlineMs})
  return places.map((place, index) => read(place, answers[index] ?? 'other'))
}

/** Users whose processes are asked about one after the other; the others come together. */
const usersApart = 8

/**
 * Without proof nobody is asked; to who only looks, the process table is an answer all the same. Those of one user come
 * together, who has machines of ctys first: what somebody's processes hold up costs no other user.
 */
export async function reachOrNothing(
  session: HostSession,
  processes: readonly QemuProcess[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Reach>> {
  const byUser = new Map<string, QemuProcess[]>()
  for (const process of processes.toSorted((a, b) => Number(b.config !== undefined) - Number(a.config !== undefined))) {
    const {uid} = process
    const key = byUser.has(uid) || byUser.size < usersApart ? uid : 'others'
    const group = byUser.get(key)
    if (group === undefined) byUser.set(key, [process])
    else group.push(process)
  }
  const reach = new Map<number, Reach>()
  for (const group of byUser.values()) {
    try {
      for (const [pid, proven] of await proveMonitors(session, group, {signal})) reach.set(pid, proven)
    } catch (error) {
      if (!(error instanceof CtysError) || error.code === 'CONNECTION_LOST') throw error
    }
  }
  return reach
}

interface Question {
  readonly process: QemuProcess
  /** Absent: how the process runs. */
  readonly place?: MonitorPlace
}

async function askHost(
  session: HostSession,
  questions: readonly Question[],
  limits: {readonly signal: AbortSignal; readonly deadlineMs: number},
): Promise<readonly string[]> {
  const answers: string[] = questions.map(({process, place}) => doubtBefore(process, place) ?? '')
  const lines = questions.flatMap((question, index) => (answers[index] === '' ? questionText(question, index) : []))
  if (lines.length === 0) return answers
  const pids = [...new Set(questions.map(({process}) => String(process.pid)))]
  const mark = randomBytes(16).toString('hex')
  const silent = (cause?: unknown) =>
    new ActionError('MONITOR_FAILED', 'the host does not say who listens on its monitors', {cause})
  const options = {input: `${lines.join('\n')}\n`, maxBytes: 1024 * 1024, ...limits}
  const {exitCode, stdout} = await session
    .script(monitorProofScript, [mark, ...pids], options)
    .catch((error: unknown) => {
      throw error instanceof CtysError && error.code === 'COMMAND_TIMEOUT' ? silent(error) : error
    })
  if (exitCode !== 0) throw silent()
  for (const line of stdout.toString().split('\n')) {
    const [, index = '', text = ''] = /^(\d+) (.*)$/.exec(line) ?? []
    // of several places the first where there is anything
    const before = answers[Number(index)]
    if (before === '' || (before === 'missing' && /^(?:held|own|taken) /.test(text))) answers[Number(index)] = text
  }
  return answers
}

/** What needs no question: nobody can come there, or the path cannot be put into a line, or is not known. */
function doubtBefore(process: QemuProcess, place: MonitorPlace | undefined): string | undefined {
  if (place === undefined) return undefined
  if ('nowhere' in place) return 'nowhere'
  if (!('unix' in place)) return undefined
  const path = absolute(process, place.unix)
  return path === '' || /[\x00-\x1f\x7f]/.test(place.unix + path) ? 'other' : undefined
}

function questionText({process, place}: Question, index: number): readonly string[] {
  const {pid, uid} = process
  const line = (kind: string, text = '') => `${index} ${kind} ${pid} ${uid} ${text}`
  if (place === undefined || 'nowhere' in place) return [line('run')]
  if ('unix' in place) {
    const {unix} = place
    return [absolute(process, unix), ...besideDisk(process, unix)].flatMap((path) => [line('unix', path), unix])
  }
  if ('fd' in place) return [line('fd', String(place.fd))]
  const port = (number: number) => number.toString(16).toUpperCase().padStart(4, '0')
  return [line('tcp', `${port(place.tcp)} ${port(place.last)}`)]
}

function absolute({cwd}: QemuProcess, path: string): string {
  if (path.startsWith('/')) return cleanBase(path)
  return cwd === '' || path === '' ? '' : cleanBase(`${cwd}/${path}`)
}

/** A QEMU in `/` may have left its directory (-daemonize): a relative socket is looked for beside its disk too. */
function besideDisk({cwd, imagePath}: QemuProcess, path: string): readonly string[] {
  if (cwd !== '/' || path.startsWith('/') || !imagePath.startsWith('/') || /[\x00-\x1f\x7f]/.test(imagePath)) return []
  return [cleanBase(`${posix.dirname(imagePath)}/${path}`)]
}

function read(place: MonitorPlace, answer: string): Proven {
  const [, word = '', rest = ''] = /^(\S+) ?(.*)$/.exec(answer) ?? []
  const text = placeText(place)
  if ('nowhere' in place) return {doubt: 'nowhere', text: place.nowhere}
  if (word === 'taken') return {to: {unix: rest}, telnet: false, isHeld: true, isTaken: true}
  const isHeld = word === 'held'
  if (word === 'missing' && 'unix' in place && !place.unix.startsWith('/')) return {doubt: 'lost', text}
  if (!isHeld && word !== 'own') return {doubt: doubts.find((doubt) => doubt === word) ?? 'other', text}
  if (!('tcp' in place)) return {to: {unix: rest}, telnet: false, isHeld}
  const [, address = '', port = ''] = /^((?:big:)?[0-9A-F]+):([0-9A-F]{4})$/.exec(rest) ?? []
  return {to: {tcp: Number.parseInt(port, 16), address: readAddress(address)}, telnet: place.telnet, isHeld}
}

const doubts = ['missing', 'elsewhere', 'closed', 'hidden'] as const

function placeText(place: MonitorPlace): string {
  if ('unix' in place) return `the socket ${place.unix}`
  if ('tcp' in place) return `port ${place.tcp}`
  return 'fd' in place ? `descriptor ${place.fd}` : place.nowhere
}
