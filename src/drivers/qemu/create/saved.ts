/** What a suspend left of a machine: told at a start, gone on from, or thrown away. */
import {ActionError, CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostContext, HostSession} from '../../../domain/ports/ports.js'
import type {CreateData, EnumeratedMachine, MachineState, NotDone} from '../../../domain/work/answers.js'
import type {CreateAsk} from '../../../domain/work/asks.js'
import {here, on} from '../../../lib/command-on.js'
import type {Monitor} from '../monitor/adapters.js'
import {withMonitor} from '../monitor/monitor.js'
import type {QemuProcess} from '../process/processes.js'
import {suspendTag} from '../remote/saved.js'
import {discardScript, suspendNoteScript} from '../remote/suspended.js'

export interface SavedState {
  /** Absolute path of the image that holds it. */
  readonly image: string
  /** As qemu-img says it, such as `2026-01-31 10:20:30`, or empty. */
  readonly date: string
}

/** Of the answer of remote/locate.ts. */
export function readSaved(answer: string): readonly SavedState[] {
  return [...answer.matchAll(/^saved (-|\S+ \S+) (\/.*)$/gm)].map(([, date = '', image = '']) => ({
    image,
    date: date === '-' ? '' : date,
  }))
}

/** A start that says nothing of a saved state would lose it, or what is written until somebody resumes. */
export function judgeSaved(
  {mode, discard}: CreateAsk,
  {label, id}: EnumeratedMachine,
  {host, saved}: {readonly host: string; readonly saved: readonly SavedState[]},
): void {
  const [first] = saved
  if (first === undefined) {
    if (mode !== 'resume') return
    throw new PreconditionError('NOT_RUNNING', `${host}: ${label} is neither paused nor suspended`, {
      hint: `start it: ${here`ctys start ${id} ${host}`}`,
    })
  }
  if (mode === 'resume' || discard) return
  const since = first.date === '' ? '' : ` since ${first.date}`
  const start = here`ctys start ${id} ${host}`
  throw new PreconditionError(
    'SUSPENDED',
    `${host}: ${label} is suspended${since}: its memory lies in ${first.image}`,
    {
      hint: `go on from there: ${start} --resume; or throw that away: ${start} --discard`,
    },
  )
}

/** The words for the hypervisor: those of the user, and what to go on from. */
export function argumentsOf({argsAdd, mode}: CreateAsk): string | undefined {
  if (mode !== 'resume') return argsAdd
  return [argsAdd, '-loadvm', suspendTag].filter((word) => word !== undefined).join(' ')
}

/** A wrapper may drop what it is told to add. */
export function goesOn({argv}: QemuProcess): boolean {
  return argv.some((word, index) => /^--?loadvm$/.test(word) && argv[index + 1] === suspendTag)
}

/** Throws PreconditionError COMMAND_FAILED. */
export async function discardSaved(
  saved: readonly SavedState[],
  {label, id}: EnumeratedMachine,
  {session, signal}: HostContext,
): Promise<void> {
  const images = saved.map(({image}) => image)
  const {stdout} = await session.script(discardScript, [suspendTag, ...images], {deadlineMs: 60_000, signal})
  const [, image = ''] = /^failed (.*)$/m.exec(stdout.toString()) ?? []
  if (image !== '') {
    throw new PreconditionError('COMMAND_FAILED', `${label}: its saved state could not be removed from ${image}`, {
      hint: `see why: ${on(session.target)`qemu-img snapshot -d ${suspendTag} ${image}`}`,
      details: stdout.toString().split('\n').filter(Boolean).slice(1, 6),
    })
  }
  await noteSuspended(session, id, 'clear')
}

/** Tells LIST where to look; what it says is never believed without a look at the image. Never rejects but for a lost link. */
export async function noteSuspended(session: HostSession, config: string, what: 'set' | 'clear'): Promise<void> {
  await session.script(suspendNoteScript, [what, config], {deadlineMs: 5_000}).catch((error: unknown) => {
    if (!(error instanceof CtysError) || error.code === 'CONNECTION_LOST') throw error
  })
}

const runMs = 10_000
const deleteMs = 120_000

/**
 * Lets the guest run and then removes the state it came from: while that is there another resume would take the disk
 * back to it. Throws ActionError when the guest does not run.
 */
export async function finishResume(
  data: CreateData,
  {process, config}: {readonly process: QemuProcess; readonly config: string},
  {session, signal}: HostContext,
): Promise<CreateData> {
  const monitorMs = 3_000
  const {state, fault} = await withMonitor(session, process, {deadlineMs: monitorMs, signal}, async (monitor) => {
    const state = await untilRunning(monitor)
    return {state, fault: await removeSaved(monitor)}
  })
  const done = {...data, resumed: true, machine: {...data.machine, state}} as const
  if (fault === undefined) {
    await noteSuspended(session, config, 'clear')
    return done
  }
  const left: NotDone = {
    asked: 'the removal of the saved state',
    reason: fault,
    hint: `never resume from it again; when the machine is off: qemu-img snapshot -d ${suspendTag} IMAGE`,
  }
  return {...done, notDone: [...(data.notDone ?? []), left]}
}

async function untilRunning(monitor: Monitor): Promise<MachineState> {
  const end = performance.now() + runMs
  for (;;) {
    const state = await monitor.state()
    // suspended: the guest itself sleeps (S3), as it did before
    if (state === 'running' || state === 'suspended') return state
    if (performance.now() > end) throw new ActionError('START_UNPROVEN', `it is ${state} and does not run`)
    if (state === 'paused' || state === 'prelaunch') await monitor.cont()
  }
}

/** Undefined when it is gone, else what QEMU said. */
async function removeSaved(monitor: Monitor): Promise<string | undefined> {
  try {
    const answer = (await monitor.human(`delvm ${suspendTag}`, deleteMs)).trim()
    const left = await monitor.human('info snapshots', deleteMs)
    if (!left.split('\n').some((row) => row.trim().split(/\s+/)[1] === suspendTag)) return undefined
    return answer === '' ? 'it is still in the image' : answer
  } catch (error) {
    if (!(error instanceof ActionError && error.code === 'MONITOR_FAILED')) throw error
    return error.message
  }
}
