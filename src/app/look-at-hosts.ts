/** One look at what runs on several hosts, for a decision about one machine; by the name of the host. */
import {type ErrorInfo, toErrorInfo} from '../domain/errors.js'
import {normalizeUuid} from '../domain/machine-address.js'
import {uuidOf} from '../domain/machine-paths.js'
import type {MachineRecords} from '../domain/machine-records.js'
import type {Outcome, RunningMachine} from '../domain/outcome.js'
import type {AppContext} from '../domain/ports.js'
import type {Target} from '../domain/target.js'
import {runPlan} from '../execute/run-plan.js'
import {hostTarget} from './host-target.js'
import {planSession} from './run-session.js'

/** What one host said; a host that did not answer says nothing of its machines, and never that they are off. */
export type Look =
  | {readonly answered: true; readonly running: readonly RunningMachine[]}
  | {readonly answered: false; readonly error: ErrorInfo}

export type Looks = ReadonlyMap<string, Look>

export interface LookOptions {
  readonly type: string
  readonly user: string | undefined
  /** Hosts the user named, by the inventory's name for them. */
  readonly named?: ReadonlyMap<string, Target>
}

/** Asks all of them in one parallel round. Never rejects for a host that fails. */
export async function lookAtHosts(
  hosts: readonly string[],
  {type, user, named}: LookOptions,
  context: AppContext,
): Promise<Looks> {
  const looks = new Map<string, Look>()
  const names = new Map<Target, string>()
  for (const host of hosts) {
    try {
      names.set(named?.get(host) ?? hostTarget(host, context.localName, user), host)
    } catch (error) {
      looks.set(host, {answered: false, error: toErrorInfo(error)})
    }
  }
  if (names.size === 0) return looks
  const targets = [...names.keys()]
  const plan = await planSession({type, action: {kind: 'list'}, targets, inventoryUse: 'off'}, context)
  const outcomes = await runPlan(plan, context)
  for (const {id, target} of plan.jobs) {
    const outcome = outcomes.find(({jobId}) => jobId === id)
    const isAnswer = outcome?.status === 'ok' && outcome.data.kind === 'list'
    const error = outcome !== undefined && 'error' in outcome ? outcome.error : interruptedInfo
    const look: Look = isAnswer ? {answered: true, running: machinesOf(outcome)} : {answered: false, error}
    looks.set(names.get(target) ?? '', look)
  }
  return looks
}

function machinesOf(outcome: Outcome): readonly RunningMachine[] {
  return outcome.status === 'ok' && outcome.data.kind === 'list' ? outcome.data.machines : []
}

const interruptedInfo: ErrorInfo = {code: 'INTERRUPTED', message: 'it was not asked: stopped by the user'}

/** The process of the machine among those of its host: by its path, or by its UUID wherever it was started from. */
export function processOf(machine: MachineRecords, running: readonly RunningMachine[]): RunningMachine | undefined {
  const uuid = uuidOf(machine)
  const [{id}] = machine
  return running.find(
    (process) => (id !== '' && process.id === id) || (uuid !== '' && normalizeUuid(process.uuid) === uuid),
  )
}
