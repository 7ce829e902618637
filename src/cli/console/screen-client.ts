/**
 * This side of a screen: a Unix socket, or a port of 127.0.0.1 for viewers that take none, behind which each connection is
 * one to the machine's VNC server. It lives as long as the viewer, or until the person leaves.
 */
import {spawn} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {PreconditionError} from '../../domain/errors.js'
import type {OpenScreen, ScreenClient} from '../../domain/ports/console-client.js'
import {onAbort} from '../../lib/deadline.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {createLocalListener} from './local-listener.js'
import {findViewer} from './viewers.js'

interface ScreenOptions {
  /** Only say where; the person starts what shows it. */
  readonly printOnly: boolean
  readonly viewer: string | undefined
  readonly tell: (text: string) => void
  /** Asks on the terminal for what is not shown; undefined where there is none. */
  readonly secret: ((question: string) => Promise<string | undefined>) | undefined
}

export function createScreenClient(options: ScreenOptions): ScreenClient {
  const {secret} = options
  return {show: (screen, signal) => show(screen, signal, options), ...(secret !== undefined && {secret})}
}

async function show(screen: OpenScreen, signal: AbortSignal, options: ScreenOptions): Promise<void> {
  const viewer = options.printOnly ? undefined : findViewer(options.viewer)
  if (viewer === undefined && !options.printOnly) {
    throw new PreconditionError('COMMAND_FAILED', 'no VNC viewer was found on this machine', {
      hint: 'install tigervnc-viewer or virt-viewer, name one with --viewer, or use --print',
    })
  }
  const dir = await mkdtemp(join(process.env.XDG_RUNTIME_DIR || tmpdir(), 'ctys-vnc-'))
  const listener = createLocalListener(screen, options.tell)
  try {
    // the directory is this user's alone, so is the socket in it
    const unix = join(dir, 'vnc')
    await listener.listen({path: unix})
    const needsPort = options.printOnly || viewer?.takes === 'port'
    const tcp = needsPort ? await listener.listen({port: 0, host: '127.0.0.1'}) : undefined
    const port = tcp === undefined ? 0 : (tcp.address() as AddressInfo).port
    const where = tcp === undefined ? unix : `${unix} or 127.0.0.1:${port}`
    const end = options.printOnly ? '; Ctrl-C ends it' : ''
    options.tell(`${escapeControls(screen.title)}: its screen is at ${where}${end}`)
    const over = overAt(signal, screen.wanted)
    if (viewer === undefined) await untilAborted(over)
    else await runViewer(viewer.name, viewer.argv({unix, port}), over)
  } finally {
    listener.close()
    await rm(dir, {recursive: true, force: true})
  }
}

/** At the end of the run, or when another ctys wants what is shown. */
function overAt(signal: AbortSignal, wanted: Promise<string> | undefined): AbortSignal {
  const taken = new AbortController()
  void wanted?.then(() => taken.abort())
  return AbortSignal.any([signal, taken.signal])
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    onAbort(signal, resolve)
  })
}

/** Until it ends; with the run it is ended too. */
async function runViewer(name: string, argv: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(name, argv, {stdio: ['ignore', 'ignore', 'inherit']})
  const forget = onAbort(signal, () => void child.kill('SIGTERM'))
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => resolve())
      child.once('error', (error) =>
        reject(new PreconditionError('COMMAND_FAILED', `the viewer ${name} cannot be started: ${error.message}`)),
      )
    })
  } finally {
    forget()
  }
}
