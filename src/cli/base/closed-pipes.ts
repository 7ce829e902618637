import {reasonOf} from '../../lib/reason-of.js'

/**
 * A reader that has seen enough (`| head`) is no fault, on stdout and on stderr alike: what is still to be said is
 * dropped, and the exit status stays what it is. An answer that cannot be written for another reason, such as a full
 * disk, is told in one line, OUTPUT_IO, and status 0 becomes 1 where `printReport` has not decided otherwise. Of a
 * stderr that cannot be written nothing can be said.
 */
export function tolerateClosedPipes(): void {
  let told = false
  process.stderr.on('error', () => undefined)
  // oclif listens as well, and throws whatever is no EPIPE
  process.stdout.removeAllListeners('error')
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || told) return
    told = true
    process.exitCode ||= 1
    process.stderr.write(`ctys: OUTPUT_IO: cannot write the answer: ${reasonOf(error)}\n`)
  })
}
