/** Does the steps of a plan one after the other; what a failed one leaves half done is taken back. */
import {ActionError, CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {interrupted} from '../../../lib/deadline.js'
import {pastableCall} from '../../../lib/shell-quote.js'
import type {Privilege} from './privilege.js'
import type {Step} from './steps.js'

const stepMs = 20_000

/** Throws DISK_FULL, NO_PRIVILEGE or NET_FAILED. */
export async function runSteps(
  steps: readonly Step[],
  privilege: Privilege,
  {session, signal, note}: HostContext,
): Promise<readonly string[]> {
  const host = formatTarget(session.target)
  const done: Step[] = []
  for (const step of steps) {
    const said = signal.aborted ? 'interrupted' : await runStep(step, {privilege, session})
    if (said === undefined) {
      note(step.what)
      done.push(step)
      continue
    }
    const left: string[] = []
    for (const {undo} of done.toReversed()) {
      if (undo !== undefined && (await runStep(undo, {privilege, session})) !== undefined) left.push(undo.what)
    }
    if (signal.aborted) throw interrupted()
    throw failure(step, said, {host, privilege, left})
  }
  return steps.map(({what}) => what)
}

interface At {
  readonly privilege: Privilege
  readonly session: HostContext['session']
}

/** Undefined when it is done, else what was said of it. A step is short, and is not given up half way. */
async function runStep(step: Step, {privilege, session}: At): Promise<string | undefined> {
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

const faults: Readonly<Record<string, string>> = {
  'failed switch': 'it does not run',
  'failed tap': 'it could not open its TAP',
  'failed process': 'it does not end',
  'failed sockets': 'its sockets could not be removed',
}

interface Circumstances {
  readonly host: string
  readonly privilege: Privilege
  readonly left: readonly string[]
}

function failure(step: Step, said: string, {host, privilege, left}: Circumstances): CtysError {
  if (/no space left|disk quota exceeded/i.test(said) && left.length === 0) {
    return new PreconditionError('DISK_FULL', `${host}: ${step.what}: ${said}; nothing of it was made`, {
      hint: `make room there: ssh ${host} df -h`,
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
