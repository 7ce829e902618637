import {ConfigError} from '../domain/errors.js'

/** Ends a call that asks for what is not there yet, before anything is touched. Throws UNSUPPORTED with all of it. */
export function refuseLacks(lacks: readonly string[]): void {
  const [first, ...details] = lacks
  if (first === undefined) return
  throw new ConfigError('UNSUPPORTED', first, {
    hint: 'ctys help classic shows what is there',
    ...(details.length > 0 && {details}),
  })
}
