/**
 * CANCEL: stops, resets, pauses, resumes, suspends or reboots running machines. The machine is looked for among the
 * host's processes, whatever the inventory says; several machines (`all`) are worked on at the same time.
 */

import {isUnknownAfter} from '../../../domain/error-codes.js'
import {ActionError, CtysError, toErrorInfo} from '../../../domain/errors.js'
import type {LeftAlone} from '../../../domain/machine/left-alone.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {CancelledMachine} from '../../../domain/work/answers.js'
import type {CancelAsk} from '../../../domain/work/asks.js'
import {handler} from '../../../domain/work/handler.js'
import {removeUnused} from '../../host/net/remove-unused.js'
import {isOnNet} from '../process/command-line.js'
import type {QemuProcess} from '../process/processes.js'
import {type Climb, title} from './climb.js'
import {type Chosen, chooseMachines} from './find.js'
import {stopMachine} from './ladder.js'
import {changePower} from './power.js'
import {refuseUnread} from './refusals.js'

export const cancel = handler<'cancel', Chosen>({
  check: chooseMachines,
  run: async ({ask, knownOn}, context, {processes, hostId, leftAlone, unread, hidden, unseen}) => {
    const results = await Promise.allSettled(
      processes.map((process) =>
        once([hostId, ask.how], process, () => cancelOne(process, ask, {...context, places: knownOn ?? []})),
      ),
    )
    const machines = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const failed = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []))
    const gone = processes.filter((_, i) => isGone(results[i]))
    const networks = ask.keepsNet ? [] : await withoutNetworks(gone.filter(isOnNet), context)
    const [first, ...more] = [...failed, ...unread.map((process) => refuseUnread(process, context.session.target))]
    if (first === undefined) {
      const isHidden = hidden && ask.machine === 'all'
      return {
        kind: 'cancel',
        machines,
        ...(leftAlone.length > 0 && {leftAlone}),
        ...(isHidden && {hidden: isHidden}),
        ...(unseen.length > 0 && {unseen}),
        ...(networks.length > 0 && {networks}),
        ...(hostId !== '' && {hostId}),
      }
    }
    const isOne = more.length === 0 && machines.length === 0
    throw withLeftAlone(isOne ? first : failureOfSome([first, ...more], machines, networks), leftAlone)
  },
})

function isGone(result: PromiseSettledResult<CancelledMachine> | undefined): boolean {
  return result?.status === 'fulfilled' && result.value.state === 'gone'
}

/** Also where some of the machines could not be stopped. */
async function withoutNetworks(gone: readonly QemuProcess[], context: HostContext): Promise<readonly string[]> {
  if (gone.length === 0) return []
  const users = [...new Set(gone.map(({user}) => user))]
  return removeUnused(users, context).catch((error: unknown) => {
    const {code, message} = toErrorInfo(error)
    if (code === 'INTERNAL') throw error
    return [`whether networks have no machine any more is not known: ${message}`]
  })
}

/** What is being done to a process, by host, pid, start time and what: one host under two names is asked once. */
const working = new Map<string, Promise<CancelledMachine>>()

/** A second task that means the same process waits for the first and has its result. */
function once(
  [hostId, how]: readonly [hostId: string, how: string],
  {pid, startTime}: QemuProcess,
  work: () => Promise<CancelledMachine>,
): Promise<CancelledMachine> {
  if (hostId === '') return work()
  const key = [hostId, pid, startTime, how].join(' ')
  const running = working.get(key)
  if (running !== undefined) return running
  const result = work().finally(() => working.delete(key))
  working.set(key, result)
  return result
}

async function cancelOne(
  process: QemuProcess,
  ask: CancelAsk,
  {session, signal, note, places}: HostContext & Pick<Climb, 'places'>,
): Promise<CancelledMachine> {
  const started = performance.now()
  const climb: Climb = {session, signal, note, process, ...(places && {places})}
  const {how, force, graceMs} = ask
  const {step, state} =
    how === 'poweroff'
      ? ({step: await stopMachine(climb, {force, graceMs}), state: 'gone'} as const)
      : await changePower(climb, {how, force, graceMs})
  return {
    label: title(process),
    id: process.config?.path ?? '',
    uuid: process.uuid,
    pid: process.pid,
    state,
    step,
    ms: Math.round(performance.now() - started),
  }
}

/** Who stops all is told what runs on, whatever became of the others. */
function withLeftAlone(error: unknown, leftAlone: readonly LeftAlone[]): unknown {
  return error instanceof CtysError && leftAlone.length > 0 ? Object.assign(error, {leftAlone}) : error
}

/**
 * Says of every machine what became of it, with the code of the gravest failure: that it is not known must not be hidden
 * behind one that is.
 */
function failureOfSome(
  errors: readonly unknown[],
  done: readonly CancelledMachine[],
  networks: readonly string[],
): ActionError {
  const infos = errors.map(toErrorInfo)
  return new ActionError(
    (infos.find(({code}) => isUnknownAfter(code, true)) ?? infos[0])?.code ?? 'STOP_FAILED',
    `${infos.length} of ${infos.length + done.length} machines were not done`,
    {
      details: [
        ...infos.map(({code, message}) => `${code}: ${message}`),
        ...done.map(({label, state, step}) => `${label}: ${state} (${step})`),
        ...networks,
      ],
    },
  )
}
