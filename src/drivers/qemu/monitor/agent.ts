/**
 * The QEMU guest agent (docs/interop/qemu-ga-ref): a program in the guest that answers JSON lines on a channel of its
 * machine. It greets nobody, and what an earlier client left unread may come first: so it is synchronised before it is
 * asked anything. `guest-shutdown` has no answer but an error.
 */
import {randomInt} from 'node:crypto'
import type {Duplex} from 'node:stream'
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {withDeadline} from '../../../lib/deadline.js'
import {doubtText, type MonitorFault} from './monitor.js'
import type {Reach} from './proof.js'
import {openWay} from './reach.js'

const maxBytes = 64 * 1024
/** How long a refusal may take. */
const refusalMs = 500

/**
 * `asked` when an agent took the request to shut its guest down, else why not, for each channel there is. Never throws
 * but when the connection is lost.
 */
export async function shutDownByAgent(
  session: HostSession,
  {agents}: Reach,
  {deadlineMs, signal}: {readonly deadlineMs: number; readonly signal: AbortSignal},
): Promise<'asked' | readonly MonitorFault[]> {
  const faults: MonitorFault[] = []
  for (const place of agents) {
    if ('doubt' in place) {
      faults.push({place, why: 'doubt', message: doubtText(place, 'its guest agent')})
      continue
    }
    try {
      const stream = await openWay(session, place, {deadlineMs, signal})
      try {
        await askToShutDown(stream, {deadlineMs, signal})
        return 'asked'
      } finally {
        stream.destroy()
      }
    } catch (error) {
      if (!(error instanceof CtysError) || error.code === 'CONNECTION_LOST' || error.code === 'INTERRUPTED') throw error
      const why = error instanceof Refused ? 'refused' : error.code === 'UNREACHABLE' ? 'shut' : 'silent'
      faults.push({place, why, message: error.message})
    }
  }
  return faults
}

/** Throws ActionError MONITOR_FAILED when nobody answers or the agent refuses. */
export async function askToShutDown(
  stream: Duplex,
  {deadlineMs, signal}: {readonly deadlineMs: number; readonly signal?: AbortSignal},
): Promise<void> {
  const messages = readMessages(stream)
  const id = randomInt(1, 2 ** 31)
  // a byte that no JSON has clears what an earlier client may have left half-said
  stream.write(Buffer.concat([Buffer.from([0xff]), text('guest-sync-delimited', {id})]))
  const timeout = () => failed(`its guest agent did not answer within ${deadlineMs / 1000} s`)
  await withDeadline(
    messages.first((message) => message.return === id),
    {ms: deadlineMs, signal, timeout},
  )
  stream.write(text('guest-shutdown', {mode: 'powerdown'}))
  const refusal = messages.first((message) => message.error !== undefined)
  const answer = await withDeadline(refusal, {ms: refusalMs, signal, timeout: () => new Quiet()}).catch((error) => {
    if (error instanceof Quiet || messages.isOver()) return undefined
    throw error
  })
  if (answer !== undefined) throw new Refused(answer.error)
}

/** With what the agent says about it: text of a guest. */
class Refused extends ActionError {
  constructor(error: unknown) {
    const {desc} = typeof error === 'object' && error !== null ? (error as {desc?: unknown}) : {}
    const reason = typeof desc === 'string' ? `: ${desc.slice(0, 200)}` : ''
    super('MONITOR_FAILED', `its guest agent refused${reason}`)
  }
}

class Quiet extends Error {}

function text(execute: string, parameters: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(`${JSON.stringify({execute, arguments: parameters})}\n`)
}

function readMessages(stream: Duplex) {
  let rest = ''
  let fault: Error | undefined
  const kept: Record<string, unknown>[] = []
  let wake = () => {}
  const finish = (message: string) => {
    fault ??= failed(message)
    wake()
  }
  stream.on('data', (data: Buffer) => {
    const lines = (rest + data.toString('latin1').replaceAll('\xff', '')).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxBytes) finish('its guest agent sends a line without an end')
    for (const line of lines) {
      const message = parse(line)
      if (message !== undefined) kept.push(message)
    }
    wake()
    kept.length = 0
  })
  stream.on('error', (error) => finish(`the channel of its guest agent broke off: ${error.message}`))
  stream.on('end', () => finish('the channel of its guest agent has closed'))
  stream.on('close', () => finish('the channel of its guest agent has closed'))
  return {
    first: (fits: (message: Record<string, unknown>) => boolean) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        wake = () => {
          const found = kept.find(fits)
          if (found !== undefined) resolve(found)
          else if (fault !== undefined) reject(fault)
        }
        wake()
      }),
    isOver: () => fault !== undefined,
  }
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? {...value} : undefined
  } catch {
    return undefined
  }
}

function failed(message: string): ActionError {
  return new ActionError('MONITOR_FAILED', message)
}
