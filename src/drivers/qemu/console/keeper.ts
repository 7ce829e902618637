import {once} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'
import {PreconditionError} from '../../../domain/errors.js'
import type {HostContext, RemoteScript} from '../../../domain/ports/ports.js'
import type {QemuProcess} from '../process/processes.js'
import {coupledKeeperScript} from '../remote/console-keeper.js'

/** Longer than any name and address together. */
const longest = 1024
/** How long a machine may take to end with its console. */
const endMs = 10_000
const onMs = 10_000

export interface Keeper {
  /** Resolves when another ctys asks for what it keeps, with who that is, or empty. */
  readonly wanted: Promise<string>
  end(): void
}

type At = Pick<HostContext, 'session' | 'signal'>

/** Says on the host that this ctys is on the console, or shows the screen, so that others see who it is and can ask for it. */
export async function keep(
  {text: script, name}: RemoteScript,
  {pid}: QemuProcess,
  who: string,
  {session, signal}: At,
): Promise<Keeper> {
  const stream = await session.open({argv: ['sh', '-c', script, name, String(pid), who]}, {signal})
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

export interface Coupling extends Pick<Keeper, 'end'> {
  /** Ends the machine. False when it was not seen to end. */
  endMachine(): Promise<boolean>
}

/**
 * From now on the machine ends with this ctys, also when the link to it is lost. Throws PreconditionError UNSUPPORTED where
 * the host cannot do that.
 */
export async function couple(process: QemuProcess, who: string, {session, signal}: At): Promise<Coupling> {
  const {pid, startTime} = process
  const {text: script, name} = coupledKeeperScript
  const stream = await session.open({argv: ['sh', '-c', script, name, String(pid), who]}, {signal})
  let text = ''
  let isClosed = false
  stream.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-longest)
  })
  stream.on('error', () => undefined)
  stream.on('close', () => {
    isClosed = true
  })
  const said = async (word: string, ms: number): Promise<boolean> => {
    const end = performance.now() + ms
    while (!text.split('\n').includes(word)) {
      if (isClosed || performance.now() > end) return false
      await Promise.race([once(stream, 'data'), once(stream, 'close'), sleep(200)]).catch(() => undefined)
    }
    return true
  }
  stream.write(`${startTime}\n`)
  if (!(await said('on', onMs))) {
    stream.destroy()
    const label = process.label || `process ${pid}`
    throw new PreconditionError('UNSUPPORTED', `${label}: this host cannot end it with its console`, {
      hint: 'see it with console:cli, and stop it with cancel (ctys stop)',
    })
  }
  return {
    end: () => void stream.end(),
    endMachine: async () => {
      stream.end()
      return said('ended', endMs)
    },
  }
}
