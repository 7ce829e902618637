import {type ErrorResult, errorResult} from '../../domain/results/error.js'
import type {Result} from '../../domain/results/result.js'
import type {ReportStyle} from '../../report/shared/style.js'
import type {Printed} from '../../report/shared/view.js'
import {print} from './print.js'
import {type StyleFlags, styleOf} from './style-of.js'

/**
 * What a command that opens no connection does around its use case: prints the result, an error that ended it too, and
 * sets the exit status. False when the use case had nothing to say.
 */
export async function printUseCase<R extends Result>(
  flags: StyleFlags,
  useCase: () => Promise<NoInfer<R> | ErrorResult | undefined>,
  render: (result: R | ErrorResult, style: ReportStyle) => Printed,
): Promise<boolean> {
  const result = await useCase().catch((error) => errorResult(error))
  if (result !== undefined) print(render(result, styleOf(flags)))
  return result !== undefined
}
