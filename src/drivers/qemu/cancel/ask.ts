/**
 * Asks a machine to shut itself down, and waits: the power button through its monitor, again every five seconds because a
 * guest that still boots ignores it; from the second time its guest agent as well, where its channel is there. A machine
 * whose monitor cannot be reached is asked through its agent alone.
 */
import {ActionError} from '../../../domain/errors.js'
import {isLabelWord} from '../../../domain/machine/unique-address.js'
import {formatTarget} from '../../../domain/target.js'
import type {CancelStep, MachineState} from '../../../domain/work/answers.js'
import {here} from '../../../lib/command-on.js'
import type {Monitor} from '../monitor/adapters.js'
import {shutDownByAgent} from '../monitor/agent.js'
import {type MonitorFault, NoMonitor, withMonitor} from '../monitor/monitor.js'
import {proveMonitors} from '../monitor/proof.js'
import {type BrokenDisk, readBrokenDisk} from './broken-disk.js'
import {type Climb, countDown, isGone, monitorMs, pause, title, waitGone} from './climb.js'
import {isMigrating, judge, refusal} from './judge.js'
import {otherSide} from './other-side.js'
import {isForeign} from './refusals.js'
import {unreachable} from './unreachable.js'

/** A guest that still boots does not hear the button. */
export const pressAgainMs = 5_000
/** Of one question near the end of the grace. */
const minimalMs = 100
/** For a guest to be awake after it was woken. */
const wakeMs = 3_000

/**
 * True when its process went away; false when the grace has passed, or when no guest runs in it. `taken` hears of each way
 * it was asked. Throws ActionError MONITOR_FAILED when it could not be asked, or must not be in its state.
 */
export async function askToStop(climb: Climb, graceMs: number, taken: (step: CancelStep) => void): Promise<boolean> {
  let end = Number.POSITIVE_INFINITY
  let clock = () => {}
  let isUnknown = false
  for (let asked = 0; performance.now() < end; asked++) {
    // who does not answer must not make the grace longer
    const limitMs = () => Math.max(minimalMs, Math.min(monitorMs, end - performance.now()))
    const answer = await pressButton(climb, limitMs())
    if (answer === 'ended') return false
    const isPressed = answer === 'pressed' || answer === 'pressedBlindly'
    const agent = !isPressed || asked > 0 ? await askAgent(climb, limitMs()) : []
    // a later look that fails takes nothing of that back
    if (answer === 'pressedBlindly') isUnknown = true
    if (answer === 'pressed' || agent === 'asked') isUnknown = false
    if (agent === 'asked') taken('guestAgent')
    else if (isPressed) taken(asked === 0 ? 'powerButton' : 'powerButtonAgain')
    else if (asked === 0) {
      if (await isGone(climb)) return true
      throw await whyNot(climb, answer, agent)
    }
    // its grace begins when it has been asked
    if (asked === 0) {
      end = performance.now() + graceMs
      clock = countDown(climb, end)
    }
    const waitMs = Math.min(pressAgainMs, graceMs / 2, end - performance.now())
    if (await waitGone(climb, waitMs, clock)) return true
  }
  if (isUnknown) throw notToBeEnded(climb)
  return false
}

/** Whether a guest in a state without a name heard anything nobody knows. */
function notToBeEnded(climb: Climb): ActionError {
  const message = `${title(climb.process)}: did not follow its power button, and is in a state that ctys does not know; it was left as it is`
  return new ActionError('MONITOR_FAILED', message, {
    hint: `look at it, or end it without asking: ${forceCommand(climb)}`,
  })
}

/** Blindly: in a state that no QEMU has had so far. */
type Pressed = 'pressed' | 'pressedBlindly' | 'ended'

/** No monitor let us in, or QEMU refused. */
interface Unasked {
  readonly error: ActionError
  /** What had been done to the machine by then. */
  readonly done: '' | 'resumed' | 'woken'
}

/** A state in which it must not be asked is thrown. */
async function pressButton(climb: Climb, deadlineMs: number): Promise<Pressed | Unasked> {
  const {session, process, signal, note} = climb
  const options = {deadlineMs, signal}
  let done: Unasked['done'] = ''
  const state = await withMonitor(session, process, options, (monitor) =>
    press(climb, monitor, (what) => {
      done = what
    }),
  ).catch((error): Unasked => {
    if (!(error instanceof ActionError)) throw error
    note(`${title(process)}: ${error.message}`)
    return {error, done}
  })
  if (typeof state === 'object' || state === 'pressed' || state === 'pressedBlindly' || state === 'ended') return state
  throw await refusalOf(climb, state, forceCommand(climb))
}

export async function refusalOf(climb: Climb, state: MachineState, instead: string): Promise<ActionError> {
  const {session, process, signal} = climb
  const other = isMigrating(state) ? await otherSide(session, process, {signal, places: climb.places ?? []}) : ''
  const disk = state === 'io-error' ? await brokenDisk(climb) : undefined
  return refusal(title(process), state, {instead, other, ...(disk !== undefined && {disk})})
}

/** Which disk stopped it and why; undefined where QEMU does not say it. */
async function brokenDisk({session, process, signal}: Climb): Promise<BrokenDisk | undefined> {
  const blocks = await withMonitor(session, process, {deadlineMs: monitorMs, signal}, (monitor) =>
    monitor.human('info block'),
  ).catch((error: unknown) => {
    if (!(error instanceof ActionError)) throw error
    return ''
  })
  return readBrokenDisk(blocks)
}

/** Continues or wakes a guest that has to run to hear anything. A state in which it must not be asked is handed back. */
async function press(
  {process, signal, note}: Climb,
  monitor: Monitor,
  doing: (what: 'resumed' | 'woken') => void,
): Promise<Pressed | MachineState> {
  const state = await monitor.state()
  const judgement = judge(state)
  if (judgement === 'ended') return 'ended'
  if (judgement === 'refused') return state
  if (judgement === 'continued') {
    note(`${title(process)}: resumed, so that it can shut down`)
    doing('resumed')
    await monitor.cont()
  }
  if (judgement === 'woken') {
    note(`${title(process)}: woken, so that it can shut down`)
    doing('woken')
    await wake(monitor, signal)
  }
  await monitor.powerdown()
  return state === 'unknown' ? 'pressedBlindly' : 'pressed'
}

/** A guest that is slow to wake is asked all the same: it is asked again. */
export async function wake(monitor: Monitor, signal: AbortSignal): Promise<void> {
  await monitor.wake()
  const end = performance.now() + wakeMs
  while ((await monitor.state()) === 'suspended' && performance.now() < end) await pause(50, signal)
}

async function askAgent(
  {session, process, signal, note}: Climb,
  deadlineMs: number,
): Promise<'asked' | readonly MonitorFault[]> {
  const reach = (await proveMonitors(session, [process], {signal}).catch(() => undefined))?.get(process.pid)
  // a process that was stopped accepts connections, and can say nothing
  if (reach === undefined || reach.runState === 'T') return []
  const asked = await shutDownByAgent(session, reach, {deadlineMs, signal})
  if (asked === 'asked') note(`${title(process)}: its guest agent was asked to shut down`)
  return asked
}

async function whyNot(climb: Climb, {error, done}: Unasked, agent: readonly MonitorFault[]): Promise<ActionError> {
  const {session, signal} = climb
  const instead = forceCommand(climb)
  if (error instanceof NoMonitor) return unreachable(session, error, {wanted: 'shut down', instead, agent, signal})
  const hint = `try again, or end it without asking: ${instead}`
  const also = agent.map(({message}) => `, and ${message}`).join('')
  const left = done === '' ? 'it was left as it is' : `it was ${done} for that, and runs on`
  return new ActionError('MONITOR_FAILED', `${error.message}${also}; ${left}`, {hint, cause: error})
}

/** What stops it without asking, as it can be typed. */
export function forceCommand(climb: Climb): string {
  return stopCommand(climb, '--force')
}

/** What resets it, as it can be typed. */
export function resetCommand(climb: Climb): string {
  return stopCommand(climb, '--how reset')
}

function stopCommand({session, process}: Climb, option: '--force' | '--how reset'): string {
  const foreign = isForeign(process)
  const machine = foreign || !isLabelWord(process.label) ? `pid:${process.pid}` : process.label
  return `${here`ctys stop ${machine} ${formatTarget(session.target)}`} ${option}${foreign ? ' --foreign' : ''}`
}
