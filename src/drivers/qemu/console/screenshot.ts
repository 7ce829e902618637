/**
 * The picture on a machine's screen: `screendump` writes it on the host (QMP and the human monitor have it in every
 * release), from where it is read. As PPM, which every release writes, compressed for the way.
 */
import {promisify} from 'node:util'
import {gunzip} from 'node:zlib'
import {ActionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {MachineState} from '../../../domain/work/answers.js'
import {readingHandler} from '../../../domain/work/handler.js'
import {encodePng} from '../../../lib/png.js'
import {readPpm} from '../../../lib/ppm.js'
import type {Monitor} from '../monitor/adapters.js'
import type {QemuProcess} from '../process/processes.js'
import {screenshotScript} from '../remote/screenshot.js'
import {atMonitor, chooseShown, seenMachine} from './choose.js'

/** A screen of 8192 x 8192 is larger than that. */
const maxBytes = 64 * 1024 * 1024
const dumpMs = 20_000

/** Puts a question to a monitor of the machine. */
type AskMonitor = <T>(use: (monitor: Monitor) => Promise<T>) => Promise<T>

interface Taken {
  readonly state: MachineState
  readonly width: number
  readonly height: number
  readonly png: Buffer
}

export const screenshot = readingHandler<'screenshot'>(async (task, context) => {
  const process = await chooseShown(task, context)
  const {png, ...taken} = await takePicture(process, context, (use) =>
    atMonitor(process, 'show its screen', context, use),
  )
  return {kind: 'screenshot', ...seenMachine(process), ...taken, png: png.toString('base64')}
})

/** Throws ActionError MONITOR_FAILED when QEMU has no picture, or nobody here can read it. */
export async function takePicture(process: QemuProcess, context: HostContext, ask: AskMonitor): Promise<Taken> {
  const path = await place(process, context)
  try {
    const state = await dump(process, path, ask)
    const picture = readPpm(await take(process, path, context))
    if (picture === undefined) throw failed(process, 'what QEMU wrote is no picture')
    const {width, height} = picture
    return {state, width, height, png: await encodePng(picture)}
  } finally {
    await context.session.script(screenshotScript, ['drop', path]).catch(() => undefined)
  }
}

async function place(process: QemuProcess, {session, signal}: HostContext): Promise<string> {
  const {exitCode, stdout, stderr} = await session.script(screenshotScript, ['place', process.uid], {signal})
  if (exitCode === 0) return stdout.toString()
  throw failed(process, `no place for the picture: ${stderr.toString().trim().slice(0, 200)}`)
}

function dump(process: QemuProcess, path: string, ask: AskMonitor): Promise<MachineState> {
  return ask(async (monitor) => {
    const state = await monitor.state()
    if (monitor.execute !== undefined) await monitor.execute('screendump', {filename: path}, dumpMs)
    else {
      const answer = await monitor.human(`screendump ${path}`, dumpMs)
      if (answer.trim() !== '') throw failed(process, answer.trim())
    }
    return state
  })
}

/** Decompressed, within the limit. */
async function take(process: QemuProcess, path: string, {session, signal}: HostContext): Promise<Buffer> {
  const {exitCode, stdout} = await session.script(screenshotScript, ['take', path], {signal, maxBytes})
  if (exitCode !== 0 || stdout.length === 0) {
    throw failed(process, process.isolated ? 'it writes into a container' : 'QEMU wrote nothing that can be read here')
  }
  if (stdout[0] !== 0x1f || stdout[1] !== 0x8b) return stdout
  return promisify(gunzip)(stdout, {maxOutputLength: maxBytes}).catch(() => {
    throw failed(process, 'what QEMU wrote is no picture')
  })
}

function failed({label, pid}: QemuProcess, why: string): ActionError {
  return new ActionError('MONITOR_FAILED', `${label || `process ${pid}`}: its screen cannot be shown: ${why}`)
}
