/** Runs the script of images beside the shell of the session: it takes as long as it shows signs of life. */

import type {Readable} from 'node:stream'
import {createGzip} from 'node:zlib'
import {PreconditionError} from '../../../domain/errors.js'
import type {HostStream} from '../../../domain/ports/host-stream.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {withPatience} from '../../../lib/deadline.js'
import type {Content} from './content.js'
import {imageScript} from './script.js'

/** The host says how far it is every two seconds. */
const silenceMs = 60_000
/** Nothing more comes although the host lives. */
const stallMs = 180_000
const longestLine = 4_000

export interface Ended {
  /** The last line of the script; empty when the way to it broke. */
  readonly word: string
  readonly rest: string
  /** That travelled. */
  readonly bytes: number
}

interface Sending {
  readonly content: Content
  readonly how: 'gzip' | 'plain'
  readonly name: string
}

/** Throws COMMAND_TIMEOUT, INTERRUPTED, and what reading the content throws. */
export async function transfer(
  {session, signal, note}: HostContext,
  args: readonly string[],
  sending?: Sending,
): Promise<Ended> {
  const argv = ['sh', '-c', imageScript.text, imageScript.name, ...args]
  const stream = await session.open({argv}, {signal})
  const host = formatTarget(session.target)
  const timeout = () =>
    new PreconditionError('COMMAND_TIMEOUT', `${host}: nothing more came of the image`, {
      hint: 'the same call again goes on from there',
    })
  let sent = 0
  try {
    return await withPatience(
      async (heard) => {
        const growth = {size: -1, since: Date.now()}
        const ended = readAnswer(stream, (line) => {
          heard()
          const size = Number(/^bytes (\d+)$/.exec(line)?.[1] ?? Number.NaN)
          if (line === 'checking') growth.since = Number.POSITIVE_INFINITY
          if (Number.isNaN(size)) return
          if (size !== growth.size && growth.since !== Number.POSITIVE_INFINITY) growth.since = Date.now()
          else if (Date.now() - growth.since > stallMs) stream.destroy(timeout())
          growth.size = size
          note(`${args[2]}: ${Math.floor(size / 2 ** 20)} MiB are there`)
        })
        if (sending !== undefined)
          await write(stream, sending, ended, (count) => {
            sent += count
          })
        const line = await ended
        const [word = '', ...rest] = line.split(' ')
        if (word === '') return {word, rest: await stream.ended, bytes: sent}
        return {word, rest: rest.join(' '), bytes: sending === undefined ? Math.max(growth.size, 0) : sent}
      },
      {ms: silenceMs, signal, timeout},
    )
  } finally {
    sending?.content.stream.destroy()
    stream.destroy()
  }
}

/** Until everything is written, or the host has ended. */
async function write(
  stream: HostStream,
  {content, how}: Sending,
  ended: Promise<string>,
  count: (bytes: number) => void,
): Promise<void> {
  let source: Readable = content.stream
  if (how === 'gzip') {
    const gzip = createGzip({level: 1})
    content.stream.on('error', (error) => gzip.destroy(error))
    source = content.stream.pipe(gzip)
  }
  let isOver = false
  void ended.then(() => {
    isOver = true
    source.destroy()
  })
  try {
    for await (const piece of source) {
      const chunk = piece as Buffer
      await Promise.race([new Promise((resolve) => stream.write(chunk, resolve)), ended])
      count(chunk.length)
      if (isOver) return
    }
  } catch (error) {
    if (!isOver) throw error
    return
  }
  stream.end()
}

/** The line that ends an answer, or nothing where the way to it broke; each line is told as it comes. */
function readAnswer(stream: HostStream, tell: (line: string) => void): Promise<string> {
  let rest = ''
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = (lines.pop() ?? '').slice(-longestLine)
      for (const line of lines) {
        tell(line)
        if (isEnd.test(line)) resolve(line)
      }
    })
    stream.once('end', () => resolve(''))
    stream.once('close', () => resolve(''))
  })
}

const isEnd = /^(?:placed|there|cut|wrong|busy|unfetched|failed)\b/
