/**
 * IMAGE: an image is there when the machines of a host are made of it. `check` looks what is there and what the host can;
 * `run` sends the file, or lets the host fetch it, or fetches it for the host. What an earlier attempt brought is gone on
 * with; nothing counts before its digest is right.
 */
import {ActionError, ConnectError, PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {handler} from '../../../domain/work/handler.js'
import type {ImageAsk, ImageData} from '../../../domain/work/image.js'
import {on} from '../../../lib/command-on.js'
import {type Content, contentOf} from './content.js'
import {imageScript} from './script.js'
import {transfer} from './transfer.js'

interface Place {
  readonly path: string
  readonly isThere: boolean
  /** Bytes of an earlier attempt. */
  readonly part: number
  readonly gzip: boolean
  readonly fetcher: string | undefined
}

export const image = handler<'image', Place>({
  async check({ask}, {session, signal}) {
    const host = formatTarget(session.target)
    const args = ['look', ...argumentsOf(ask)]
    const {stdout, stderr} = await session.script(imageScript, args, {deadlineMs: 30_000, signal})
    const lines = stdout.toString().split('\n')
    const one = (word: string) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1)
    const path = one('path')
    if (path === undefined) {
      const details = stderr.toString().split('\n').filter(Boolean).slice(0, 5)
      throw new PreconditionError('COMMAND_FAILED', `${host}: where images lie could not be looked at`, {details})
    }
    const isThere = one('there') !== undefined
    const lacks = one('lacks')
    if (lacks !== undefined) {
      throw new PreconditionError('IMAGE_UNUSABLE', `${host}: ${ask.name} cannot be checked or unpacked: no ${lacks}`, {
        hint: `install ${lacks} there`,
      })
    }
    const part = Number(one('part') ?? 0)
    const free = Number(one('free') || Number.NaN) * 1024
    if (!isThere && ask.from.kind === 'here' && ask.from.bytes - part > free) {
      throw new PreconditionError(
        'DISK_FULL',
        `${host}: no room for ${ask.name}: ${ask.from.bytes} bytes, ${free} free`,
        {
          hint: `make room, or name another place with --dir: ${on(session.target)`df -h`}`,
        },
      )
    }
    return {path, isThere, part, gzip: lines.includes('gzip'), fetcher: one('fetcher')}
  },
  async run({ask}, context, place) {
    const {name, from} = ask
    const done = (state: ImageData['state'], bytes: number): ImageData => ({
      ...{kind: 'image', name, path: place.path, state, bytes},
    })
    if (place.isThere) return done('there', 0)
    if (from.kind === 'here') {
      const sent = await send(ask, context, place, contentOf(from.path, from.bytes, place.part))
      return done(sent === undefined ? 'there' : 'sent', sent ?? 0)
    }
    let reason = 'it has neither curl, wget nor fetch'
    if (place.fetcher !== undefined) {
      const end = await transfer(context, ['fetch', ...argumentsOf(ask), '', from.url])
      if (end.word === 'placed' || end.word === 'there')
        return done(end.word === 'there' ? 'there' : 'fetched', end.bytes)
      if (end.word !== 'unfetched') throw refused(ask, context, end)
      reason = end.rest
    }
    const {web, signal} = context
    if (web === undefined) throw refused(ask, context, {word: 'unfetched', rest: reason, bytes: 0})
    context.note(`${name}: the host cannot fetch it (${reason}); through this machine`)
    let content: Content
    try {
      content = await web.open(from.url, {offset: place.fetcher === undefined ? place.part : 0, signal})
    } catch (error) {
      const here = error instanceof Error ? error.message : String(error)
      throw refused(ask, context, {word: 'unfetched', rest: `${reason}; from this machine: ${here}`, bytes: 0})
    }
    const sent = await send(ask, context, place, content)
    return done(sent === undefined ? 'there' : 'through', sent ?? 0)
  },
})

function argumentsOf({base, name, digest, packing}: ImageAsk): readonly string[] {
  return [base, name, digest.algorithm, digest.hex, packing ?? '']
}

/** Bytes that travelled; undefined when another call was faster. */
async function send(ask: ImageAsk, context: HostContext, place: Place, content: Content): Promise<number | undefined> {
  const how = place.gzip && content.isCompressible ? 'gzip' : 'plain'
  const bytes = content.total === undefined ? '' : String(content.total)
  const end = await transfer(context, ['take', ...argumentsOf(ask), bytes, how], {content, how, name: ask.name})
  if (end.word === 'there') return undefined
  if (end.word !== 'placed') throw refused(ask, context, end)
  return end.bytes
}

interface End {
  readonly word: string
  readonly rest: string
  readonly bytes: number
}

function refused({name, from, digest}: ImageAsk, {session}: HostContext, {word, rest}: End): Error {
  const host = formatTarget(session.target)
  const again = 'the same call again goes on from there'
  switch (word) {
    case 'cut':
      return new ConnectError('CONNECTION_LOST', `${host}: ${name} did not come whole; ${rest} bytes are there`, {
        hint: again,
      })
    case 'wrong':
      return new PreconditionError(
        'IMAGE_UNUSABLE',
        `${host}: ${name} is not what was asked for: its ${digest.algorithm} is ${rest}, not ${digest.hex}; it was removed`,
        {
          hint:
            from.kind === 'url'
              ? 'check the checksum and the address'
              : 'the file changed meanwhile; the same call again',
        },
      )
    case 'busy':
      return new PreconditionError('BUSY', `${host}: another ctys is bringing ${name} (process ${rest})`, {
        hint: 'wait for it, then the same call again',
      })
    case 'unfetched':
      return new PreconditionError('IMAGE_UNUSABLE', `${host}: ${name} could not be fetched: ${rest}`, {
        hint: `see whether the host reaches it: ${on(session.target)`curl -I ${from.kind === 'url' ? from.url : ''}`}`,
      })
    case '':
      return new ConnectError('CONNECTION_LOST', `${host}: the connection ended while ${name} was brought: ${rest}`, {
        hint: again,
      })
    default: {
      const isFull = /no space left|quota/i.test(rest)
      if (isFull) return new PreconditionError('DISK_FULL', `${host}: no room for ${name}: ${rest}`, {hint: again})
      return new ActionError('MAKE_FAILED', `${host}: ${name} could not be brought: ${rest || word}`)
    }
  }
}
