/** Types on the serial console of a machine that was started just now, as its steps say (src/lib/boot-step.ts). */
import {CtysError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {CreateData, NotDone} from '../../../domain/work/answers.js'
import type {CreateAsk} from '../../../domain/work/asks.js'
import {type BootStep, mostSteps, stepMs} from '../../../domain/work/boot-step.js'
import {parseStep} from '../../../lib/boot-step.js'
import {byNaturalOrder} from '../../../lib/natural-order.js'
import {attach, type Opened} from '../console/attach.js'
import {nameOf} from '../console/choose.js'
import type {QemuProcess} from '../process/processes.js'
import {startMark} from '../remote/ready.js'
import {stepKeysScript} from '../remote/step-keys.js'
import {createScreenText, StepLate, takeSteps} from './take-steps.js'

/** Of what QEMU kept of it before ctys was on it. */
const mostBefore = 64 * 1024

/** The answer, with what was not typed. Throws CONNECTION_LOST and INTERRUPTED. */
export async function withSteps(
  data: CreateData,
  process: QemuProcess,
  {steps: asked, instMode}: CreateAsk,
  context: HostContext,
): Promise<CreateData> {
  if (asked === undefined && instMode === undefined) return data
  const {signal} = context
  const config = data.machine.id
  const notDone = (reason: string, hint?: string) => {
    const one: NotDone = {asked: 'steps', reason, ...(hint !== undefined && {hint})}
    return {...data, notDone: [...(data.notDone ?? []), one]}
  }
  try {
    const steps = asked?.steps ?? (await readSteps(config, context))
    if (typeof steps === 'string') return notDone(steps, `mend it: ctys set ${nameOf(process)} STEP0=...`)
    if (steps.length === 0) {
      return asked === undefined
        ? data
        : notDone(`${config} has no STEP0`, "ctys set NAME 'STEP0=WAIT => TYPE'; or --step")
    }
    if (data.reused) return notDone('it ran already: what it waited for may have passed')
    await typeSteps(steps, process, asked?.timeoutMs ?? stepMs, context)
    return {...data, remarks: [...(data.remarks ?? []), `${steps.length} steps were typed on its console`]}
  } catch (error) {
    if (error instanceof StepLate) return notDone(error.message, `its console: ctys console ${nameOf(process)}`)
    if (!(error instanceof CtysError) || error.code === 'CONNECTION_LOST' || signal.aborted) throw error
    return notDone(error.message, error.hint)
  }
}

/** In the order of their numbers; a text says what is wrong with one. */
async function readSteps(config: string, {session, signal}: HostContext): Promise<readonly BootStep[] | string> {
  const {stdout} = await session.script(stepKeysScript, [config], {deadlineMs: 10_000, signal})
  const lines = stdout.toString().split('\n').filter(Boolean).sort(byNaturalOrder)
  const steps: BootStep[] = []
  for (const line of lines.slice(0, mostSteps)) {
    const [, key = '', text = ''] = /^(\S+) (.*)$/s.exec(line) ?? []
    const step = parseStep(text)
    if (typeof step === 'string') return `${key} of ${config} ${step}`
    steps.push(step)
  }
  return steps
}

async function typeSteps(
  steps: readonly BootStep[],
  process: QemuProcess,
  timeoutMs: number,
  context: HostContext,
): Promise<void> {
  const {signal, note} = context
  const title = `${nameOf(process)} on ${formatTarget(context.session.target)}`
  note('started, typing its steps on its console')
  const opened = await attach(process, {mode: 'attach', who: 'ctys start --steps', take: 'ask'}, {title, context})
  try {
    if (opened.readOnly !== undefined) throw new StepLate(`nothing can be typed: ${opened.readOnly}`)
    const screen = createScreenText(await saidBefore(opened, process.pid))
    opened.stream.on('data', (chunk: Buffer) => screen.add(chunk))
    opened.stream.on('close', () => screen.close())
    opened.stream.on('error', () => screen.close())
    const type = (bytes: string) => void opened.stream.write(Buffer.from(bytes, 'utf8'))
    await takeSteps(steps, {screen, type, timeoutMs, signal, note})
  } finally {
    opened.end()
  }
}

/** Of this run, from what QEMU keeps; a prompt may have come while the console was opened. */
async function saidBefore({record}: Opened, pid: number): Promise<string> {
  if (record === undefined || record.from.least === 0) return ''
  const count = Math.min(mostBefore, record.from.least)
  const text = (await record.read(record.from.least - count, count)).toString()
  const mark = text.lastIndexOf(`${startMark} ${pid},`)
  const end = text.indexOf('\n', mark)
  return mark < 0 || end < 0 ? text : text.slice(end + 1)
}
