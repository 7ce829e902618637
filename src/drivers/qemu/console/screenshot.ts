/**
 * The pictures on the screens of machines, of a host all in one look: `screendump` writes each on the host (QMP and the
 * human monitor have it in every release), from where it is read. As PPM, which every release writes, compressed for the way.
 */

import {promisify} from 'node:util'
import {gunzip} from 'node:zlib'
import {ActionError, CtysError, toErrorInfo} from '../../../domain/errors.js'
import {formatAddress} from '../../../domain/machine/machine-address.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {MachineState} from '../../../domain/work/answers.js'
import type {ScreenPicture} from '../../../domain/work/console-answers.js'
import {readingHandler} from '../../../domain/work/handler.js'
import type {TaskOf} from '../../../domain/work/plan.js'
import {Gate} from '../../../lib/gate.js'
import {encodePng} from '../../../lib/png.js'
import {readPpm} from '../../../lib/ppm.js'
import {chooseOne} from '../cancel/find.js'
import type {Monitor} from '../monitor/adapters.js'
import {type QemuProcess, type SeenProcesses, scanQemu} from '../process/processes.js'
import {screenshotScript} from '../remote/screenshot.js'
import {atMonitor, nameOf, seenMachine} from './choose.js'

/** A screen of 8192 x 8192 is larger than that. */
const maxBytes = 64 * 1024 * 1024
const dumpMs = 20_000
const atOnce = 4

/** Puts a question to a monitor of the machine. */
type AskMonitor = <T>(use: (monitor: Monitor) => Promise<T>) => Promise<T>

interface Taken {
  readonly state: MachineState
  readonly width: number
  readonly height: number
  readonly png: Buffer
}

export const screenshot = readingHandler<'screenshot'>(async (task, context) => {
  const seen = await scanQemu(context.session, {signal: context.signal})
  const wanted = wantedOf(task, seen, context)
  const taken = await new Gate(atOnce).enterAll(
    wanted.map(({choose}) => async (): Promise<ScreenPicture | CtysError> => {
      try {
        return await pictureOf(await choose(), context)
      } catch (error) {
        if (!(error instanceof CtysError) || error.code === 'CONNECTION_LOST' || context.signal.aborted) throw error
        return error
      }
    }),
  )
  const errors = taken.filter((one) => one instanceof CtysError)
  const [only] = errors
  if (only !== undefined && taken.length === 1) throw only
  return {
    kind: 'screenshot',
    pictures: taken.filter((one): one is ScreenPicture => one !== undefined && !(one instanceof CtysError)),
    notShown: taken.flatMap((one, index) =>
      one instanceof CtysError ? [{machine: wanted[index]?.name ?? '', error: toErrorInfo(one)}] : [],
    ),
  }
})

interface WantedScreen {
  /** For people. */
  readonly name: string
  readonly choose: () => Promise<QemuProcess>
}

function wantedOf(
  {ask, record, target}: TaskOf<'screenshot'>,
  seen: SeenProcesses,
  context: HostContext,
): readonly WantedScreen[] {
  const {machine, more = []} = ask
  if (machine === 'all') {
    return seen.processes.map((process) => ({name: nameOf(process), choose: async () => process}))
  }
  return [{machine, ...(record !== undefined && {record})}, ...more].map((one) => ({
    name: one.record?.label || formatAddress(one.machine),
    choose: async () => (await chooseOne({...one, address: one.machine, target}, seen, context)).process,
  }))
}

async function pictureOf(process: QemuProcess, context: HostContext): Promise<ScreenPicture> {
  const {png, ...taken} = await takePicture(process, context, (use) =>
    atMonitor(process, 'show its screen', context, use),
  )
  return {...seenMachine(process), ...taken, png: png.toString('base64')}
}

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

function failed(process: QemuProcess, why: string): ActionError {
  return new ActionError('MONITOR_FAILED', `${nameOf(process)}: its screen cannot be shown: ${why}`)
}
