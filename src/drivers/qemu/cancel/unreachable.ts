/**
 * Why a machine can be neither asked nor told anything, who holds its monitor, and what to do about it: the error of a
 * stop that would have to use force to go on.
 */
import {ActionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {clientsAt, clientText, isCtysClient} from '../console/clients.js'
import {isConfiguredByFile, type MonitorFault, type NoMonitor} from '../monitor/monitor.js'

interface Asking {
  /** What it was to be asked. */
  readonly wanted: string
  /** The command that does not ask; absent where there is none. */
  readonly instead?: string
  /** Why its guest agent could not be asked instead; empty when it has none. */
  readonly agent?: readonly MonitorFault[]
  readonly signal: AbortSignal
}

export async function unreachable(
  session: HostSession,
  fault: NoMonitor,
  {wanted, instead, agent = [], signal}: Asking,
): Promise<ActionError> {
  const {process, faults, reach} = fault
  const name = process.label || `process ${process.pid}`
  const agentHolders = await Promise.all(agent.map((each) => holdersOf(session, process.pid, each, signal)))
  const also = agent.map(({message}, i) => `, and ${agentText(message, agentHolders[i] ?? [])}`).join('')
  const refuse = (why: string, next: string) =>
    new ActionError('MONITOR_FAILED', `${name}: cannot be asked to ${wanted}: ${why}${also}; it was left as it is`, {
      ...hintOf([next, instead === undefined ? '' : `end it without asking: ${instead}`]),
      details: faults.length > 1 ? faults.map(({message}) => message) : [],
    })
  if (reach.runState === 'T') {
    return refuse('its process was stopped by a signal (SIGSTOP)', `let it run on (kill -CONT ${process.pid})`)
  }
  if (reach.runState === 't') return refuse('a debugger has stopped its process', 'let the debugger continue it')
  const holders = await Promise.all(faults.map((each) => holdersOf(session, process.pid, each, signal)))
  const held = [...new Set(holders.flat())]
  if (held.length > 0) return refuse(`its monitor is held by ${held.join(', ')}`, 'let that one let go of it')
  const silent = faults.find(({why}) => why === 'silent')
  if (silent !== undefined) {
    return refuse(`its monitor does not answer: ${silent.message}; it hangs, or somebody is on it`, 'try again')
  }
  const closed = faults.find(({place}) => 'doubt' in place && ['closed', 'hidden'].includes(place.doubt))
  if (closed !== undefined) {
    return refuse(
      `${closed.message}, it is for ${process.user}`,
      `log in as ${process.user === 'root' ? '' : `${process.user} or `}root`,
    )
  }
  const [first] = faults
  if (first !== undefined) return refuse(first.message, '')
  return isConfiguredByFile(process)
    ? refuse('what monitor it has stands in the file of its -readconfig', 'use what started it')
    : refuse('it has no monitor', 'shut it down from inside the guest')
}

function hintOf(ways: readonly string[]): {readonly hint?: string} {
  const hint = ways.filter((way) => way !== '').join(', or ')
  return hint === '' ? {} : {hint}
}

function agentText(message: string, holders: readonly string[]): string {
  return holders.length === 0 ? message : `the channel of its guest agent is held by ${holders.join(', ')}`
}

async function holdersOf(
  session: HostSession,
  pid: number,
  {place, why}: MonitorFault,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (why !== 'silent' || !('to' in place)) return []
  const clients = await clientsAt(session, pid, place.to, signal)
  // a ctys on the console says so wherever one asks
  return clients.filter((client) => !isCtysClient(client)).map(clientText)
}
