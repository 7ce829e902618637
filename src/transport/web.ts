import {Readable} from 'node:stream'
import type {ReadableStream} from 'node:stream/web'
import type {Web} from '../domain/ports/web.js'

const connectMs = 30_000
const mostText = 1024 * 1024

/** With fetch of node, which follows redirects and checks certificates; the proxy of the environment is not used. */
export const web: Web = {
  async open(url, {offset, signal}) {
    const headers = offset > 0 ? {range: `bytes=${offset}-`} : {}
    const response = await get(url, headers, signal)
    const {body, status} = response
    if (body === null) throw new Error(`${url} has no content`)
    const rest = Number(response.headers.get('content-length') ?? Number.NaN)
    const stream = Readable.fromWeb(body as ReadableStream)
    const isPart = status === 206
    const total = isPart ? rest + offset : rest
    return {
      stream: isPart || offset === 0 ? stream : Readable.from(behind(stream, offset)),
      ...(Number.isFinite(total) && !response.headers.has('content-encoding') && {total}),
      isCompressible: false,
    }
  },
  async text(url, {signal}) {
    const response = await get(url, {}, AbortSignal.any([signal, AbortSignal.timeout(connectMs)]))
    const text = await response.text()
    if (text.length > mostText) throw new Error(`${url} is longer than ${mostText} characters`)
    return text
  },
}

async function get(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  // the limit is that of the answer's beginning
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(new Error(`no answer within ${connectMs / 1000} s`)), connectMs)
  try {
    const response = await fetch(url, {headers, signal: AbortSignal.any([signal, limit.signal])})
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`.trim())
    return response
  } catch (error) {
    const {cause} = error as {cause?: unknown}
    throw cause instanceof Error ? new Error(`${url}: ${cause.message}`) : error
  } finally {
    clearTimeout(timer)
  }
}

/** A server that knows no ranges sends everything again. */
async function* behind(stream: Readable, offset: number): AsyncGenerator<Buffer> {
  let left = offset
  for await (const piece of stream) {
    const chunk = Buffer.from(piece as Uint8Array)
    if (chunk.length > left) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}
