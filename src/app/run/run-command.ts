import {UsageError} from '../../domain/errors.js'
import {groupMachines} from '../../domain/machine/machine-records.js'
import type {AppContext, CommandContext} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import type {Target} from '../../domain/target.js'
import type {AutoNetAsk, CancelHow, CreateMode} from '../../domain/work/asks.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {plural} from '../../lib/plural.js'
import {parseReady} from '../../parse/request/parse-ready.js'
import {parseSteps} from '../../parse/request/parse-steps.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import {expandTargets} from '../targets/expand-targets.js'
import {type MachineInput, workOnMachines} from './act-on-machines.js'
import {confirm, mostUnasked} from './confirm-many.js'
import {keepScreens} from './keep-screens.js'
import {ownedWork} from './owned-machines.js'
import type {Steps} from './place-machines.js'
import {runOrPlan} from './run-or-plan.js'

type Done = RunResult | PlanResult

/** What `ctys stop --how` takes. */
export const howWords = ['poweroff', 'reboot', 'reset', 'pause', 'suspend'] as const
export type HowWord = (typeof howWords)[number]

/** The words of today's commands that all of them share. */
export interface HostsInput {
  readonly type: string
  readonly targets: readonly string[]
  readonly dryRun: boolean
  readonly user?: string
}

export interface StartInput extends MachineInput {
  readonly mode: CreateMode
  readonly discard?: boolean
  /** Also a machine that another manager owns, by its command. */
  readonly foreign?: boolean | undefined
  readonly console: 'NONE' | 'VNC'
  /** `ready` or `ready:PATTERN`: wait until its console says so. */
  readonly wait?: string | undefined
  readonly readyMs?: number
  /** Type on its console what its configuration says. */
  readonly steps?: boolean | undefined
  /** Type this instead. */
  readonly step?: readonly string[] | undefined
  /** The network that it names is made first where it is missing. */
  readonly net?: AutoNetAsk
  readonly timeoutMs: number
}

export interface StopInput extends MachineInput {
  /** Every machine of the hosts. */
  readonly all?: boolean
  readonly how: CancelHow
  readonly force: boolean
  /** Also a machine that ctys does not run. */
  readonly foreign?: boolean
  readonly graceMs: number
}

export async function runStart(input: StartInput, context: CommandContext): Promise<Done> {
  if (input.foreign === true) {
    const owned = await ownedWork(input, {what: 'start', waitMs: input.timeoutMs}, context)
    if (owned !== undefined) return runOrPlan(owned, context)
  }
  const {mode, console, timeoutMs, net, discard = false} = input
  const ready = parseReady(input)
  const steps = parseSteps(input)
  const start: Steps = (machine) => [
    {
      verb: 'create',
      ask: {
        ...{machine, mode, console, timeoutMs},
        ...(discard && {discard}),
        ...(ready && {ready}),
        ...(steps && {steps}),
        ...(net && {net}),
      },
    },
  ]
  return runOrPlan(await workOnMachines(input, start, context), context)
}

export async function runStop(input: StopInput, context: CommandContext): Promise<Done> {
  const {all = false, how, force, foreign, graceMs} = input
  if (!all) {
    const owned = foreign === true ? await ownedWork(input, {what: 'stop', waitMs: graceMs}, context) : undefined
    if (owned !== undefined) return runOrPlan(owned, context)
    const stop: Steps = (machine) => [{verb: 'cancel', ask: {machine, how, force, ...(foreign && {foreign}), graceMs}}]
    return runOrPlan(await workOnMachines(input, stop, context), context)
  }
  if (foreign) throw new UsageError(['--foreign needs one machine, not --all'], 'ctys list shows their addresses')
  if (input.where !== undefined)
    throw new UsageError(['--all is every machine, --where some of them'], 'give one of them')
  await refuseMachines(input.targets, context)
  const faults: string[] = []
  const targets = parseTargets(await expandTargets(input.targets, context, faults), input.user, faults)
  if (faults.length > 0) throw new UsageError(faults)
  const type = input.type.toUpperCase()
  if (!input.dryRun && input.yes !== true) await confirmHosts(input.targets, targets, type, context)
  const action = {verb: 'cancel', ask: {machine: 'all', how, force, graceMs}} as const
  return runOrPlan({request: {type, action, targets, inventoryUse: 'on'}, dryRun: input.dryRun}, context)
}

export interface RestartInput extends MachineInput {
  readonly force: boolean
  readonly graceMs: number
  /** Absent: the screen it has. */
  readonly console?: 'NONE' | 'VNC' | undefined
  readonly net?: AutoNetAsk
  readonly timeoutMs: number
}

/** Stops and starts on the same host: neither is begun where one of them is refused, and no start without the stop. */
export async function runRestart(input: RestartInput, context: CommandContext): Promise<Done> {
  const {force, graceMs, console = 'NONE', timeoutMs, net} = input
  const restart: Steps = (machine) => [
    {verb: 'cancel', ask: {machine, how: 'poweroff', force, graceMs, keepsNet: true}},
    {verb: 'create', ask: {machine, mode: 'new', console, timeoutMs, ...(net && {net})}},
  ]
  const work = await workOnMachines(input, restart, context)
  const keeps = input.console === undefined && !input.dryRun
  return runOrPlan(keeps ? await keepScreens(work, context) : work, context)
}

/** A group may be more than whoever types it has in mind; hosts that are named are not. */
async function confirmHosts(
  words: readonly string[],
  targets: readonly Target[],
  type: string,
  context: CommandContext,
): Promise<void> {
  if (!words.some((word) => word.startsWith('@'))) return
  const hosts = new Set(targets.map((target) => hostNameOf(target)))
  const known = groupMachines(await context.inventory.all()).filter(
    ([record]) => record.type.toUpperCase() === type && hosts.has(recordedHost(record.host)),
  )
  const most = Math.max(known.length, hosts.size)
  if (most > mostUnasked) {
    await confirm(
      `all machines of ${plural(hosts.size, 'host')} are changed, ${known.length} are known`,
      [...hosts],
      context,
    )
  }
}

/** `stop web01 --all h1` would stop everything on h1: a word that is a label and no host of the inventory is refused. */
async function refuseMachines(words: readonly string[], {inventory}: AppContext): Promise<void> {
  const faults: string[] = []
  for (const word of words) {
    const named = await inventory.lookup({label: word})
    if (named.length === 0) continue
    const {records} = await inventory.find([word])
    if (records.some(({host}) => recordedHost(host) === recordedHost(word))) continue
    faults.push(`--all means every machine of the hosts named, but ${word} is a machine`)
  }
  if (faults.length > 0) throw new UsageError(faults, 'name a machine or --all, not both')
}
