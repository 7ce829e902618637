import {type FindWords, findMachines} from '../../app/find/find-machines.js'
import {composeInventory} from '../../compose/inventory.js'
import {printStory} from '../base/print-story.js'

export interface FindFlags extends FindWords {
  readonly json: boolean
  readonly terse: boolean
  readonly inventory?: string | undefined
}

/** Asks the inventory and prints the answer; the one way all doors of `ctys find` and `ctys vhost` lead to. */
export async function findOffline({inventory, json, terse, ...asked}: FindFlags): Promise<void> {
  await printStory({json, terse}, (style) => findMachines(asked, composeInventory(inventory), style))
}
