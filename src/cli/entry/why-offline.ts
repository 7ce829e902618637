import {type WhyInput, whyMachine} from '../../app/why/why-machine.js'
import {compose} from '../../compose/compose.js'
import {render} from '../../report/render.js'
import {printUseCase} from '../base/print-use-case.js'

interface WhyFlags extends WhyInput {
  readonly json: boolean
  readonly yaml?: boolean | undefined
  readonly terse: boolean
  readonly inventory?: string | undefined
}

/** `ctys why`: works offline. */
export async function whyOffline({inventory, json, yaml, terse, ...asked}: WhyFlags): Promise<void> {
  const ask = () => whyMachine(asked, compose({...idle, ...(inventory !== undefined && {inventory})}))
  await printUseCase({json, yaml, terse}, ask, render)
}

/** Composing opens nothing, and `why` asks nobody. */
const idle = {signal: new AbortController().signal, emit: () => undefined, note: () => undefined, fanout: 1}
