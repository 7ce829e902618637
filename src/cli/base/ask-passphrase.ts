import {createInterface} from 'node:readline'
import {Writable} from 'node:stream'
import {escapeControls} from '../../lib/escape-controls.js'

/**
 * Asks on the terminal for the passphrase of a key file; what is typed is not shown. Undefined when the user gives
 * nothing or interrupts. Only called with a terminal on stdin and stderr.
 */
export function askPassphrase(keyFile: string, signal: AbortSignal): Promise<string | undefined> {
  process.stderr.write(`passphrase for ${escapeControls(keyFile)}: `)
  const silent = new Writable({write: (_chunk, _encoding, done) => done()})
  const reader = createInterface({input: process.stdin, output: silent, terminal: true})
  return new Promise((resolve) => {
    const finish = (answer?: string): void => {
      signal.removeEventListener('abort', onAbort)
      reader.close()
      process.stderr.write('\n')
      resolve(answer === '' ? undefined : answer)
    }
    const onAbort = (): void => finish()
    signal.addEventListener('abort', onAbort, {once: true})
    reader.on('SIGINT', () => {
      finish()
      process.kill(process.pid, 'SIGINT')
    })
    reader.question('', finish)
  })
}
