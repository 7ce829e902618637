import {Flags} from '@oclif/core'
import type {InventoryFiles} from '../../domain/inventory/inventory-files.js'
import type {Result} from '../../domain/results/result.js'
import {render} from '../../report/render.js'
import {commonFlags} from '../flags/flags.js'
import {type Interrupts, watchInterrupts} from './interrupts.js'
import {printStory} from './print-story.js'

/** Flags of `ctys inventory ...`. */
export const inventoryFlags = {
  ...commonFlags,
  json: Flags.boolean({description: 'answer as JSON (schemas/inventory-tools.schema.json)'}),
}

interface ToolFlags {
  readonly json: boolean
  readonly terse: boolean
  readonly inventory?: string | undefined
}

type Story = (files: InventoryFiles, at: {readonly now: Date; readonly signal: AbortSignal}) => Promise<Result>

/**
 * What every command of `ctys inventory` does around its story; opens no connection. YAML and schemas are loaded here,
 * not at the start of ctys.
 */
export async function withInventoryFiles(flags: ToolFlags, story: Story): Promise<void> {
  const interrupts = watchInterrupts({
    notice: () => process.stderr.write('stopping; Ctrl-C again leaves now\n'),
    restore: () => undefined,
  })
  try {
    await tell(flags, interrupts, story)
  } finally {
    interrupts.dispose()
  }
}

/** The same where another program has the terminal and its Ctrl-C: the story is not told of signals. */
export async function withInventoryDraft(flags: ToolFlags, story: Story): Promise<void> {
  await tell(flags, {signal: new AbortController().signal, settle: () => undefined}, story)
}

async function tell(
  flags: ToolFlags,
  {signal, settle}: Pick<Interrupts, 'signal' | 'settle'>,
  story: Story,
): Promise<void> {
  const ask = async () => {
    const {composeInventoryFiles} = await import('../../compose/inventory-files.js')
    const files = composeInventoryFiles(flags.inventory)
    // a temporary file may lie anywhere, and is removed
    const write: InventoryFiles['write'] = (...file) => {
      settle()
      return files.write(...file)
    }
    return story({...files, write}, {now: new Date(), signal})
  }
  await printStory(flags, ask, render)
}
