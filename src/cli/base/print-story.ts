import {type ErrorResult, errorResult} from '../../domain/results/error.js'
import type {Result} from '../../domain/results/result.js'
import type {ReportStyle} from '../../report/shared/style.js'
import type {Printed} from '../../report/shared/view.js'
import {print} from './print.js'
import {type StyleFlags, styleOf} from './style-of.js'

/**
 * What a command that opens no connection does around its story: prints the result, an error that ended it too, and
 * sets the exit status. False when the story had nothing to say.
 */
export async function printStory<R extends Result>(
  flags: StyleFlags,
  story: () => Promise<NoInfer<R> | ErrorResult | undefined>,
  render: (result: R | ErrorResult, style: ReportStyle) => Printed,
): Promise<boolean> {
  const result = await story().catch((error) => errorResult(error))
  if (result !== undefined) print(render(result, styleOf(flags)))
  return result !== undefined
}
