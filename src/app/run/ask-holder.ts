/** Asks the host that a lease names whether its holder lives, and whether the machine runs there after all. */
import {CtysError, type ErrorInfo, toErrorInfo} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import {emptyRecord} from '../../domain/inventory/inventory-record.js'
import {doubtOf} from '../../domain/machine/list-doubt.js'
import type {AppContext, HostLimiter} from '../../domain/ports/ports.js'
import type {AskHolder, HolderAnswer, LeaseHolder} from '../../domain/work/lease.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {interrupted} from '../../lib/deadline.js'
import {ownHost, recordedHost} from '../../lib/host-name.js'
import {sightOn} from '../find/survey-hosts.js'
import {hostTarget} from '../targets/host-target.js'
import {askHosts, planQuestion} from './ask-hosts.js'

export interface AskOptions {
  readonly type: string
  readonly user: string | undefined
  /** Hosts the user knows it does not run on: what they say counts, their silence does not. */
  readonly notOn: ReadonlySet<HostName>
}

export function holderAsker({type, user, notOn}: AskOptions, context: AppContext): AskHolder {
  return async (holder, {label, uuid}) => {
    const {host, named} = await nameOf(holder, context)
    const silence = (error: ErrorInfo): HolderAnswer =>
      notOn.has(host) ? {state: 'dead'} : {state: 'unknown', host, named, error}
    try {
      const target = hostTarget(host, user)
      const action = {verb: 'list', ask: {holder}} as const
      const plan = planQuestion({type, action, targets: [target]}, context)
      const [outcome] = await askHosts(plan, {...context, limiter: atOnce, emit: () => {}})
      if (context.signal.aborted) throw interrupted()
      const data = listOf(outcome)
      if ('code' in data) return silence(data)
      const place = {...emptyRecord(), type, host, label, uuid, id: holder.config}
      const sight = sightOn(host, [[place]], new Map([[host, data.survey]]))
      if (sight.state === 'running') return {state: 'running', host, pid: sight.process.pid}
      if (data.holder === 'alive') {
        const its = data.survey.running.find(({pid}) => pid === holder.pid)
        return its === undefined ? {state: 'starting', host} : {state: 'running', host, pid: its.pid}
      }
      if (sight.state === 'unknown') return silence(sight.error)
      return data.holder === 'dead' ? {state: 'dead'} : silence(otherHost(host, holder))
    } catch (error) {
      if (context.signal.aborted) throw error
      return silence(toErrorInfo(error))
    }
  }
}

/** The start that asks has a turn, and keeps it while it waits: with a turn of its own a question could wait for that. */
const atOnce: HostLimiter = {run: (_where, _signal, work) => work({open: (connect) => connect(1)})}

/** As the inventory knows it, else as the controller of that start did: what a host calls itself may mean nothing here. */
async function nameOf(
  {name, host}: LeaseHolder,
  {inventory}: AppContext,
): Promise<{readonly host: HostName; readonly named: boolean}> {
  const names = [name, host].filter((one) => one !== '').map((one) => recordedHost(one))
  for (const one of names) {
    const {records} = await inventory.find([one])
    if (records.some((record) => recordedHost(record.host) === one)) return {host: one, named: true}
  }
  return {host: names[0] ?? ownHost, named: false}
}

function listOf(outcome: Outcome | undefined) {
  if (outcome?.status !== 'ok') return outcome !== undefined && 'error' in outcome ? outcome.error : noAnswer
  if (outcome.data.kind !== 'list') return noAnswer
  const {machines, holder} = outcome.data
  const doubt = doubtOf(outcome.data)
  return {holder, survey: {answered: true, running: machines, ...(doubt !== undefined && {doubt})} as const}
}

const noAnswer = toErrorInfo(new CtysError('INTERRUPTED', 'it was not asked'))

function otherHost(host: string, {host: own}: LeaseHolder): ErrorInfo {
  const message = `${host} cannot tell: it is not the host ${own} of that lease, has other process numbers, or hides some`
  return toErrorInfo(new CtysError('PROCESSES_HIDDEN', message))
}
