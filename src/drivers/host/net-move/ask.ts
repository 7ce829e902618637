/** How the scripts of net-move are called, and what their refusals mean. */
import {ActionError, CtysError, PreconditionError} from '../../../domain/errors.js'
import type {ExecOptions, HostSession, RemoteScript} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {Become} from '../../../domain/work/net.js'
import type {NetChange} from '../../../domain/work/net-move.js'
import {withDeadline} from '../../../lib/deadline.js'
import {pastable} from '../../../lib/shell-quote.js'
import {readTold, type Told} from './read-changes.js'
import {elevateScript} from './remote/elevate.js'

export interface AskOptions extends Pick<ExecOptions, 'deadlineMs'> {
  readonly become: readonly Become[]
  readonly signal: AbortSignal
  /** How long its silence is waited for here; the script has its own limit on the host. */
  readonly patienceMs: number
}

/** The answer, or `silent` where none came in time or the link was lost. Throws what else goes wrong. */
export async function askRoot(
  session: HostSession,
  script: RemoteScript,
  args: readonly string[],
  {become, signal, patienceMs, deadlineMs = 60_000}: AskOptions,
): Promise<Told | 'silent'> {
  const words = [become.join(' '), script.text, script.name, ...args]
  const late = new Error('no answer')
  try {
    const running = session.script(elevateScript, words, {deadlineMs, signal})
    const {exitCode, stdout, stderr} = await withDeadline(running, {ms: patienceMs, signal, timeout: () => late})
    const told = readTold(stdout.toString())
    if (told.verdict.length > 0 || told.changes.length > 0) return told
    const host = formatTarget(session.target)
    const details = stderr.toString().split('\n').filter(Boolean).slice(0, 10)
    throw become.length > 0 && exitCode !== 0 && told.lines.size === 0
      ? new PreconditionError('NO_PRIVILEGE', `${host}: ${become.join(' and ')} did not let the account become root`, {
          hint: `connect as root, or permit the account to run sh without a password`,
          details,
        })
      : new PreconditionError('COMMAND_FAILED', `${host}: the network could not be looked at`, {details})
  } catch (error) {
    if (error === late) return 'silent'
    if (error instanceof CtysError && (error.code === 'CONNECTION_LOST' || error.code === 'COMMAND_TIMEOUT')) {
      return 'silent'
    }
    throw error
  }
}

/** What the change is called in messages. */
export function changeText({way, interface: card, bridge}: NetChange): string {
  return way === 'move' ? `the move of ${card} into ${bridge}` : `the move of ${card} out of ${bridge}`
}

/** Who has it pending, since when, and how long yet. */
export function holderText({id, who, from, leftMs}: NetChange): string {
  const left = leftMs === undefined ? '' : `, ${Math.round(leftMs / 1000)} s left`
  return `change ${id} of ${who || 'somebody'}${from === '' ? '' : ` from ${from}`}${left}`
}

/** Why the end of a change is no success; undefined where it is in force. Throws for what nobody would put back. */
export function endError(host: string, change: NetChange): CtysError | undefined {
  const {phase, reason, differs} = change
  const name = pastable(host)
  if (phase === 'broken' || (!change.watched && phase !== 'confirmed' && phase !== 'reverted')) {
    const what = phase === 'broken' ? 'could not put its old network back whole' : 'has nobody who would put it back'
    return new ActionError('NET_BROKEN', `${host}: ${changeText(change)}: the host ${what}`, {
      hint: `ctys net undo ${name} tries again; restarting the host brings its configured network back`,
      details: differs,
    })
  }
  if (phase !== 'reverted') return undefined
  return new ActionError(
    'NET_ROLLED_BACK',
    `${host}: ${changeText(change)} was taken back: ${reason ?? 'for a reason it did not tell'}`,
    {hint: 'the old network is in force again', details: differs.map((line) => `was missing: ${line}`)},
  )
}
