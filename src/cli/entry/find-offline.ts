import {type FindInput, findMachines} from '../../app/find/find-machines.js'
import {composeInventory} from '../../compose/inventory.js'
import type {ErrorResult} from '../../domain/results/error.js'
import type {FindResult} from '../../domain/results/find.js'
import {findView} from '../../report/find/find-view.js'
import {errorView} from '../../report/shared/error-view.js'
import {renderView} from '../../report/shared/render-view.js'
import type {ReportStyle} from '../../report/shared/style.js'
import type {Printed} from '../../report/shared/view.js'
import {printUseCase} from '../base/print-use-case.js'

export interface FindFlags extends FindInput {
  readonly json: boolean
  readonly yaml?: boolean | undefined
  readonly terse: boolean
  readonly inventory?: string | undefined
}

/** Asks the inventory and prints the answer; the one way all entries of `ctys find` and `ctys vhost` lead to. */
export async function findOffline({inventory, json, yaml, terse, ...asked}: FindFlags): Promise<void> {
  const ask = () => findMachines(asked, composeInventory(inventory), new Date())
  await printUseCase({json, yaml, terse}, ask, renderAnswer)
}

/** With the two views it needs, because the small bundle of a plain find holds no other. */
function renderAnswer(result: FindResult | ErrorResult, style: ReportStyle): Printed {
  return result.kind === 'error' ? renderView(errorView, result, style) : renderView(findView, result, style)
}
