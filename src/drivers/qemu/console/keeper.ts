import type {HostContext} from '../../../domain/ports/ports.js'
import type {QemuProcess} from '../process/processes.js'
import {consoleKeeperScript} from '../remote/console-keeper.js'

/** Longer than any name and address together. */
const longest = 1024

export interface Keeper {
  /** Resolves when another ctys asks for the console, with who that is, or empty. */
  readonly wanted: Promise<string>
  end(): void
}

/** Says on the host that this ctys is on the console, so that others see who it is and can ask for it. */
export async function keepConsole(
  {pid}: QemuProcess,
  who: string,
  {session, signal}: Pick<HostContext, 'session' | 'signal'>,
): Promise<Keeper> {
  const argv = ['sh', '-c', consoleKeeperScript.text, consoleKeeperScript.name, String(pid), who]
  const stream = await session.open({argv}, {signal})
  let text = ''
  const wanted = new Promise<string>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-longest)
      const by = /^off (.*)$/m.exec(text)?.[1]
      if (by !== undefined) resolve(by)
    })
  })
  stream.on('error', () => undefined)
  return {wanted, end: () => void stream.destroy()}
}
