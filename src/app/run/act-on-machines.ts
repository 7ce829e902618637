/**
 * A command on machines: which they are, where each is acted on, and what is done of it in one plan. Without a host each
 * is acted on where the inventory says; with hosts on those of them where it lies, or on all where nobody knows.
 */

import {PreconditionError, UsageError} from '../../domain/errors.js'
import {formatAddress, type MachineAddress} from '../../domain/machine/machine-address.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Request} from '../../domain/work/request.js'
import type {Action} from '../../domain/work/verbs.js'
import {ownHost} from '../../lib/host-name.js'
import {parseDuration} from '../../parse/parse-duration.js'
import {parseHostNames} from '../../parse/target/parse-host-names.js'
import {parseNamedTargets} from '../../parse/target/parse-target.js'
import type {Cost} from '../../resolve/choose-by-load.js'
import {expandTargets} from '../targets/expand-targets.js'
import {addressAt} from './address-at.js'
import {checkNotOn} from './check-not-on.js'
import type {Choice} from './choose-place.js'
import {confirmMany} from './confirm-many.js'
import {type Order, ordersOf, type Steps} from './place-machines.js'
import {refreshMachine} from './refresh-machine.js'
import type {Work} from './run-tasks.js'
import {selectMachines} from './select-machines.js'
import type {StartOptions} from './start-settings.js'

export interface MachineInput extends StartOptions {
  readonly type: string
  readonly dryRun: boolean
  readonly user?: string
  /** Absent where `where` says which. */
  readonly machine?: string | undefined
  /** Further machines, and hosts. */
  readonly targets: readonly string[]
  /** Questions in the words of `find`, all of which have to fit. */
  readonly where?: readonly string[] | undefined
  /** Look again first at what is recorded of it when that is older. */
  readonly maxAge?: string | undefined
  readonly cost?: Cost | undefined
  /** Hosts it does not run on, as the user knows. */
  readonly notOn?: readonly string[] | undefined
  /** However many machines a pattern, a question or a group comes to. */
  readonly yes?: boolean | undefined
}

/** Throws UsageError, ConfigError, LookupError, and for a single machine PreconditionError; INTERRUPTED. */
export async function workOnMachines(
  input: MachineInput,
  steps: Steps,
  context: CommandContext,
): Promise<Work & {readonly dryRun: boolean}> {
  const {user, dryRun} = input
  const type = input.type.toUpperCase()
  const all = input.machine === undefined ? input.targets : [input.machine, ...input.targets]
  const selection = await selectMachines({type, words: all, where: input.where}, context)
  if (selection.machines.length === 0) throw new UsageError(['name a machine, or --where'])
  const faults: string[] = []
  const hosts = await expandTargets(selection.hosts, context, faults)
  const named = parseNamedTargets(hosts, user, faults)
  const maxAgeMs = input.maxAge === undefined ? undefined : parseDuration('--max-age', input.maxAge, faults)
  const notOn = parseHostNames(input.notOn ?? [], faults)
  for (const one of selection.machines) {
    if (one.by !== 'name') continue
    const [action] = steps(one.machine)
    if (one.machine.pid !== undefined) faults.push(...faultsOfPid(one.machine, named, action))
  }
  if (faults.length > 0) throw new UsageError(faults)
  await checkNotOn(notOn, named ?? [], context)
  if (maxAgeMs !== undefined && !dryRun) {
    for (const one of selection.machines) {
      const machine = one.by === 'name' ? one.machine : addressAt(one.places[0])
      await refreshMachine(machine, {type, maxAgeMs, named, user}, context)
    }
  }
  const {cost, allowVncNetwork} = input
  const settings = {type, steps, named, user, cost, allowVncNetwork, notOn, dryRun}
  // each of many is looked up in records that are read already
  if (selection.machines.length > 1) await context.inventory.all()
  const orders = await ordersOf(selection.machines, settings, context)
  const work = {...workOf(orders), notOn, user, dryRun}
  if (selection.isBroad && input.yes !== true && !dryRun) await confirmMany(work, context)
  return work
}

/** Ids in the order of the call; the steps of one machine on one host follow each other. */
function workOf(orders: readonly Order[]): Work {
  const requests: Request[] = []
  const refused: Outcome[] = []
  const after = new Map<string, {tasks: readonly string[]; mustSucceed: boolean}>()
  const wholes: string[][] = []
  const choices: Choice[] = []
  let last = 0
  for (const order of orders) {
    if ('refused' in order) {
      const {host = ownHost, machine, error} = order.refused
      refused.push({taskId: String(++last), host, machine, ms: 0, status: 'failed', phase: 'resolve', error})
      continue
    }
    const {type, actions, targets, choice} = order
    if (choice !== undefined) choices.push(choice)
    const ids = actions.map(() => [] as string[])
    for (const _ of targets) {
      const own = actions.map(() => String(++last))
      for (const [step, id] of own.entries()) {
        ids[step]?.push(id)
        const before = own[step - 1]
        if (before !== undefined) after.set(id, {tasks: [before], mustSucceed: true})
      }
      if (own.length > 1) wholes.push(own)
    }
    for (const [step, action] of actions.entries()) {
      requests.push({type, action, targets, inventoryUse: 'on', ids: ids[step] ?? []})
    }
  }
  const [request, ...more] = requests
  // every one was refused
  if (request === undefined)
    throw new PreconditionError('NOT_RUNNING', 'nothing is left to be done', {details: refused.map(lineOf)})
  return {request, more, after, wholes, refused, choices}
}

function lineOf(outcome: Outcome): string {
  const {machine = ''} = outcome
  return 'error' in outcome ? `${machine}: ${outcome.error.code}: ${outcome.error.message}` : machine
}

/** A process is one of a host, and nothing that could be started. */
function faultsOfPid(machine: MachineAddress, named: readonly Target[] | undefined, {verb}: Action): readonly string[] {
  const asked = formatAddress(machine)
  if (verb === 'create') return [`${asked} is a process that runs: name the machine to start`]
  return named === undefined ? [`${asked} is a process of one host: name it`] : []
}
