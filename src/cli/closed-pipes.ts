/**
 * A reader that has seen enough (`| head`) is no fault, on stdout and on stderr alike: what is still to be said is
 * dropped, and the exit status stays what it is. Any other error of the two streams is thrown.
 */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
