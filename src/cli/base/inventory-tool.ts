import * as Flags from '@oclif/core/flags'
import type {InventoryFiles} from '../../domain/inventory/inventory-files.js'
import type {Result} from '../../domain/results/result.js'
import {render} from '../../report/render.js'
import {commonFlags} from '../flags/flags.js'
import {type Interrupts, watchInterrupts} from './interrupts.js'
import {printUseCase} from './print-use-case.js'

/** Flags of `ctys inventory ...`. */
export const inventoryFlags = {
  ...commonFlags,
  json: Flags.boolean({description: 'answer as JSON (schemas/inventory-tools.schema.json)'}),
}

interface ToolFlags {
  readonly json: boolean
  readonly yaml?: boolean | undefined
  readonly terse: boolean
  readonly inventory?: string | undefined
}

type UseCase = (files: InventoryFiles, at: {readonly now: Date; readonly signal: AbortSignal}) => Promise<Result>

/**
 * What every command of `ctys inventory` does around its use case; opens no connection. YAML and schemas are loaded here,
 * not at the start of ctys.
 */
export async function withInventoryFiles(flags: ToolFlags, useCase: UseCase): Promise<void> {
  const interrupts = watchInterrupts({
    notice: () => process.stderr.write('stopping; Ctrl-C again leaves now\n'),
    restore: () => undefined,
  })
  try {
    await tell(flags, interrupts, useCase)
  } finally {
    interrupts.dispose()
  }
}

/** The same where another program has the terminal and its Ctrl-C: the use case is not told of signals. */
export async function withInventoryDraft(flags: ToolFlags, useCase: UseCase): Promise<void> {
  await tell(flags, {signal: new AbortController().signal, settle: () => undefined}, useCase)
}

async function tell(
  flags: ToolFlags,
  {signal, settle}: Pick<Interrupts, 'signal' | 'settle'>,
  useCase: UseCase,
): Promise<void> {
  const ask = async () => {
    const {composeInventoryFiles} = await import('../../compose/inventory-files.js')
    const files = composeInventoryFiles(flags.inventory)
    // a temporary file may lie anywhere, and is removed
    const write: InventoryFiles['write'] = (...file) => {
      settle()
      return files.write(...file)
    }
    return useCase({...files, write}, {now: new Date(), signal})
  }
  await printUseCase(flags, ask, render)
}
