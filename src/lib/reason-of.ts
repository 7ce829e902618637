import {getSystemErrorMap} from 'node:util'

/** Why something did not work, in the words of the system where it said no, such as `no such file or directory`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const {errno = 0, message} = error as NodeJS.ErrnoException
  return getSystemErrorMap().get(errno)?.[1] ?? message
}
