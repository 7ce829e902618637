import {PreconditionError} from '../../../domain/errors.js'
import type {OpenConsole} from '../../../domain/ports/console-client.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {cleanBase} from '../paths.js'
import {findConsoles} from '../process/consoles.js'
import type {QemuProcess} from '../process/processes.js'
import {watchLogScript} from '../remote/watch-log.js'

/** The log that QEMU keeps of its console: its end, and what is added. Throws PreconditionError NO_CONSOLE. */
export async function watchLog(
  process: QemuProcess,
  title: string,
  {session, signal}: HostContext,
): Promise<OpenConsole> {
  const log = findConsoles(process.commandLine.options).find(({log}) => log !== '')?.log
  const name = process.label || `process ${process.pid}`
  const path = log === undefined ? '' : log.startsWith('/') ? cleanBase(log) : `${process.cwd}/${log}`
  if (!path.startsWith('/') || process.isolated) {
    throw new PreconditionError('NO_CONSOLE', `${name}: QEMU keeps no log of its console that can be read`, {
      hint: 'it is kept when QEMU is started with -chardev ...,logfile=FILE',
    })
  }
  const argv = ['sh', '-c', watchLogScript.text, watchLogScript.name, String(process.pid), path]
  return {
    stream: await session.open({argv}, {signal}),
    title,
    readOnly: 'this is its log',
    act: async () => {
      throw new PreconditionError('UNSUPPORTED', `${name}: is only watched`)
    },
  }
}
