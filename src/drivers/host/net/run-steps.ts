/**
 * Does the steps of a plan one after the other; what a failed one leaves half done is taken back, unless it failed because
 * another call did the same: then that one may stand on it.
 */
import {ActionError, CtysError, PreconditionError, toErrorInfo} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../../domain/target.js'
import type {Become} from '../../../domain/work/net.js'
import {on} from '../../../lib/command-on.js'
import {interrupted} from '../../../lib/deadline.js'
import {pastableCall} from '../../../lib/shell-quote.js'
import type {NetFacts} from './facts.js'
import {talkAt} from './holders.js'
import type {Privilege} from './privilege.js'
import type {Step} from './steps.js'

const stepMs = 20_000

interface Hands {
  readonly privilege: Privilege
  readonly facts: NetFacts
  readonly become: readonly Become[]
  /** Asked when a step failed: true when it has been done meanwhile by another. */
  readonly isOvertaken?: (step: Step) => Promise<boolean>
}

/** What was done; it ends early, without an error, where another was faster. Throws DISK_FULL, NO_PRIVILEGE or NET_FAILED. */
export async function runSteps(
  steps: readonly Step[],
  {privilege, facts, become, isOvertaken}: Hands,
  context: HostContext,
): Promise<readonly string[]> {
  const {session, signal, note} = context
  const asking = {facts, become, at: context}
  const done: Step[] = []
  for (const step of steps) {
    const said = signal.aborted ? 'interrupted' : await runStep(step, {privilege, session, asking})
    if (said === undefined) {
      note(step.what)
      done.push(step)
      continue
    }
    if (!signal.aborted && (await isOvertaken?.(step)) === true) break
    const left: string[] = []
    for (const {undo} of done.toReversed()) {
      if (undo !== undefined && (await runStep(undo, {privilege, session, asking})) !== undefined) left.push(undo.what)
    }
    if (signal.aborted) throw interrupted()
    throw failure(step, said, {target: session.target, privilege, left})
  }
  return done.map(({what}) => what)
}

interface At {
  readonly privilege: Privilege
  readonly session: HostContext['session']
  readonly asking: Parameters<typeof talkAt>[2]
}

/** Undefined when it is done, else what was said of it. A step is short, and is not given up half way. */
async function runStep(step: Step, {privilege, session, asking}: At): Promise<string | undefined> {
  if (step.talk !== undefined) return talk(step.talk, asking)
  const {exitCode, stdout, stderr} = await session.exec(privilege.argvOf(step), {
    deadlineMs: stepMs,
    ...(step.input !== undefined && {input: step.input}),
  })
  const answer = stdout.toString().trimEnd().split('\n').at(-1) ?? ''
  if (exitCode === 0 && !(step.script !== undefined && answer.startsWith('failed'))) return undefined
  const lines = stderr
    .toString()
    .split('\n')
    .filter((line) => line.trim() !== '')
  const why = faults[answer] ?? ''
  return [why, lines.at(-1) ?? ''].filter((text) => text !== '').join(': ') || `exit ${exitCode}`
}

/** In its own words where the switch refuses. */
async function talk(
  {mgmt, commands}: NonNullable<Step['talk']>,
  asking: Parameters<typeof talkAt>[2],
): Promise<string | undefined> {
  const {owner, me} = asking.facts
  try {
    await talkAt({mgmt, uid: owner?.uid ?? me.uid}, commands, asking)
    return undefined
  } catch (error) {
    const {code, message} = toErrorInfo(error)
    if (code === 'INTERRUPTED' || code === 'CONNECTION_LOST') throw error
    return message
  }
}

const faults: Readonly<Record<string, string>> = {
  'failed switch': 'it does not run',
  'failed tap': 'it could not open its TAP',
  'failed process': 'it does not end',
  'failed sockets': 'its sockets could not be removed',
  'failed link': 'it does not run',
}

interface Circumstances {
  readonly target: Target
  readonly privilege: Privilege
  readonly left: readonly string[]
}

function failure(step: Step, said: string, {target, privilege, left}: Circumstances): CtysError {
  const host = formatTarget(target)
  if (/no space left|disk quota exceeded/i.test(said) && left.length === 0) {
    return new PreconditionError('DISK_FULL', `${host}: ${step.what}: ${said}; nothing of it was made`, {
      hint: `make room there: ${on(target)`df -h`}`,
    })
  }
  if (/unknown device type|operation not supported/i.test(said) && step.argv.includes('vxlan') && left.length === 0) {
    return new PreconditionError('NET_LACKS', `${host}: its kernel has no VXLAN: ${said}`, {
      hint: 'modprobe vxlan there, or span: ssh, which needs nothing of the kernel',
    })
  }
  const command = pastableCall(privilege.shownOf(step))
  if (/^(?:sudo|doas): /.test(said) && left.length === 0) {
    return new PreconditionError('NO_PRIVILEGE', `${host}: ${said}`, {
      hint: 'permit these commands there without a password, or connect as root',
      details: [command],
    })
  }
  return new ActionError('NET_FAILED', `${host}: ${step.what}: ${said}`, {
    hint:
      left.length === 0
        ? 'what was begun was taken back; the same call may be repeated'
        : 'the same call, or ctys net down, clears what is left',
    details: [command, ...left.map((what) => `left: ${what}`)],
  })
}
