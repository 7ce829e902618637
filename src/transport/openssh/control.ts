import {spawn} from 'node:child_process'
import {CtysError} from '../../domain/errors.js'
import {withDeadline} from '../../lib/deadline.js'

/** How much of a client's messages is kept. */
export const messageBytes = 16_000
const controlDeadlineMs = 5_000

/** Tells a client something; undefined when it did it, else what it said. Never rejects, unless interrupted. */
export async function control(
  argv: readonly string[],
  signal?: AbortSignal,
  ms = controlDeadlineMs,
): Promise<string | undefined> {
  const child = spawn('ssh', argv, {stdio: ['ignore', 'ignore', 'pipe'], env: cLocale()})
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < messageBytes) said += chunk.toString('utf8')
  })
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code) => setImmediate(() => resolve(code === 0 ? undefined : said.trim() || `status ${code}`)))
  })
  try {
    return await withDeadline(ended, {ms, signal, timeout: () => new Error('no answer')})
  } catch (error) {
    // a client that asks for a passphrase gives the terminal its echo back
    child.kill('SIGTERM')
    if (error instanceof CtysError) throw error
    return 'the ssh client did not answer'
  }
}

export function cLocale(): NodeJS.ProcessEnv {
  return {...process.env, LC_ALL: 'C'}
}
