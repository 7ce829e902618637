import {Config, flush, handle, run} from '@oclif/core'
import Find from '../commands/find.js'
import List from '../commands/list.js'
import Probe from '../commands/probe.js'
import Run from '../commands/run.js'
import Scan from '../commands/scan.js'
import Start from '../commands/start.js'
import Stop from '../commands/stop.js'
import {routeArgv} from './cli/route-argv.js'

/** The explicit command table oclif reads (package.json, oclif.commands); a test compares it with commands/. */
export const COMMANDS = {find: Find, list: List, probe: Probe, run: Run, scan: Scan, start: Start, stop: Stop}

/** Hands the words to oclif; `root` is the folder of package.json. Sets the exit status, prints every error. */
export async function main(argv: readonly string[], root: string): Promise<void> {
  // a reader that has seen enough (| head) is no fault
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  try {
    const config = await Config.load({root, devPlugins: false, userPlugins: false})
    await run([...routeArgv(argv, Object.keys(COMMANDS))], config)
    await flush()
  } catch (error) {
    await handle(error instanceof Error ? error : new Error(String(error)))
  }
}
