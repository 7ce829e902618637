import {exitStatus} from '../../domain/error-codes.js'
import type {Printed} from '../../report/shared/view.js'

/** Talk to stderr, answer to stdout, and the exit status. */
export function print(printed: Printed): void {
  process.exitCode = printed.exitCode
  if (printed.stderr !== '') process.stderr.write(printed.stderr)
  if (printed.stdout === '') return
  process.stdout.write(printed.stdout, (error?: NodeJS.ErrnoException | null) => {
    if (error && error.code !== 'EPIPE') process.exitCode = exitCodeUnheard(printed)
  })
}

/** How ctys ends when the answer could not be written: what was done was done, an answer alone is lost. */
export function exitCodeUnheard({exitCode, acted}: Pick<Printed, 'exitCode' | 'acted'>): Printed['exitCode'] {
  if (exitCode !== exitStatus.ok && exitCode !== exitStatus.partial) return exitCode
  return acted ? exitStatus.partial : exitStatus.nothingSucceeded
}
