/**
 * A client of QEMU's machine protocol (QMP: one JSON object a line; docs/interop/qmp-spec) over any stream. Replies are
 * matched by id: events may overtake them, and a reply nobody waits for is dropped. Everything that goes wrong is an
 * ActionError MONITOR_FAILED; after a malformed line or a missed deadline the connection is unusable.
 */
import type {Duplex} from 'node:stream'
import {ActionError} from '../../../domain/errors.js'
import {withDeadline} from '../../../lib/deadline.js'

export interface QmpOptions {
  /** Limit of each command, and of the greeting unless `openMs` says otherwise. */
  readonly deadlineMs: number
  readonly openMs?: number
  readonly signal?: AbortSignal
}

export interface QmpClient {
  /** Of the greeting, such as `7.2.22`. */
  readonly version: string
  /** The `return` member. Throws MONITOR_FAILED with QEMU's class and words when it answers with an error. */
  execute(command: string, parameters?: Readonly<Record<string, unknown>>, deadlineMs?: number): Promise<unknown>
  isClosed(): boolean
  /** Never rejects, may be called twice. */
  close(): Promise<void>
}

/** More than any answer we ask for, so that a broken peer cannot fill our memory. */
const maxLineBytes = 1024 * 1024

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** Waits for the greeting and leaves negotiation mode. The stream belongs to the client, also when this throws. */
export async function openQmp(stream: Duplex, options: QmpOptions): Promise<QmpClient> {
  const waiting = new Map<string, Waiting>()
  const failed = (error: Error) => {
    for (const {reject} of waiting.values()) reject(error)
    waiting.clear()
    stream.destroy()
  }
  const wait = <T>(id: string, what: string, deadlineMs: number) => {
    if (stream.destroyed) return Promise.reject(broken(`${what}: the monitor has closed`))
    return withDeadline(new Promise<unknown>((resolve, reject) => waiting.set(id, {resolve, reject})), {
      ms: deadlineMs,
      signal: options.signal,
      timeout: () => broken(`${what}: no answer within ${deadlineMs / 1000} s`),
    }).finally(() => waiting.delete(id)) as Promise<T>
  }
  readLines(stream, {
    line: (text) => {
      const message = parseMessage(text)
      if (message === undefined) return failed(broken(`not a message of QMP: ${text.slice(0, 80)}`))
      const id = 'QMP' in message ? greetingId : typeof message.id === 'string' ? message.id : undefined
      if (id === undefined || 'event' in message) return
      if ('error' in message) waiting.get(id)?.reject(refusal(message.error))
      else waiting.get(id)?.resolve('QMP' in message ? message.QMP : message.return)
    },
    failed,
  })

  let count = 0
  const client = {
    version: '',
    execute: (command: string, parameters?: Readonly<Record<string, unknown>>, deadlineMs = options.deadlineMs) => {
      const id = `ctys-${++count}`
      const answer = wait(id, command, deadlineMs)
      const message = {execute: command, ...(parameters !== undefined && {arguments: parameters}), id}
      if (!stream.destroyed) stream.write(`${JSON.stringify(message)}\n`)
      return answer
    },
    isClosed: () => stream.destroyed,
    close: async () => failed(broken('the connection was closed')),
  }
  try {
    const greeting = await wait(greetingId, 'greeting', options.openMs ?? options.deadlineMs)
    // not waited for: QEMU works in order, and a refusal ends the connection
    client.execute('qmp_capabilities').catch(failed)
    return {...client, version: readVersion(greeting)}
  } catch (error) {
    await client.close()
    throw error
  }
}

const greetingId = 'greeting'

function readLines(
  stream: Duplex,
  {line, failed}: {readonly line: (text: string) => void; readonly failed: (error: Error) => void},
): void {
  let rest = Buffer.alloc(0)
  /** The beginning of a message in pieces (-qmp-pretty); its first and last lines are a brace alone. */
  let pieces = ''
  const take = (text: string) => {
    if (pieces === '' && text !== '{') return line(text)
    pieces += text
    if (pieces.length > maxLineBytes) failed(broken('the monitor sent a message without an end'))
    if (text !== '}') return
    line(pieces)
    pieces = ''
  }
  stream.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data])
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const text = rest.subarray(0, end).toString().trimEnd()
      rest = rest.subarray(end + 1)
      if (text !== '' && !stream.destroyed) take(text)
    }
    if (rest.length > maxLineBytes) failed(broken('the monitor sent a line without an end'))
  })
  stream.on('error', (cause) => failed(broken(`the monitor broke off: ${cause.message}`)))
  stream.on('close', () => failed(broken('the monitor has closed')))
  stream.on('end', () => failed(broken('the monitor has closed')))
}

function parseMessage(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? {...value} : undefined
  } catch {
    return undefined
  }
}

/** `{"version": {"qemu": {"major": 7, "minor": 2, "micro": 22}}}` */
function readVersion(greeting: unknown): string {
  const {version} = (greeting ?? {}) as {version?: {qemu?: {major?: unknown; minor?: unknown; micro?: unknown}}}
  const {major, minor, micro} = version?.qemu ?? {}
  const numbers = [major, minor, micro]
  return numbers.every((number) => typeof number === 'number') ? numbers.join('.') : ''
}

function refusal(error: unknown): ActionError {
  const {class: kind = '', desc = ''} = (error ?? {}) as {class?: unknown; desc?: unknown}
  return new ActionError('MONITOR_FAILED', `QEMU refused: ${String(desc)}`, {details: [String(kind)]})
}

function broken(message: string): ActionError {
  return new ActionError('MONITOR_FAILED', message)
}
