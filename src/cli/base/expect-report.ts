import {CtysError} from '../../domain/errors.js'
import {renderError} from '../../report/shared/render-error.js'
import {print} from './print.js'
import {styleOfWords} from './style-of.js'

/**
 * From now on the process may not end before the returned function was called: when there is nothing left that it could
 * wait for, what was asked of it has not come to its end, and silence would look like success.
 */
export function expectReport(argv: readonly string[]): () => void {
  const onEmpty = (): void => {
    process.off('beforeExit', onEmpty)
    tellNoReport(argv)
  }
  process.on('beforeExit', onEmpty)
  return () => process.off('beforeExit', onEmpty)
}

/** The report of a run that has none: a fault of ctys. */
export function tellNoReport(argv: readonly string[]): void {
  const error = new CtysError('INTERNAL', 'the run ended without a report', {
    hint: 'what was begun may have been done: look first, with ctys list HOST',
  })
  print(renderError(error, styleOfWords(argv)))
}
