import type {Action, CancelHow, CreateMode} from '../domain/action.js'
import {LookupError, UsageError} from '../domain/errors.js'
import {formatAddress, type MachineAddress} from '../domain/machine-address.js'
import {shortestUniquePlaces} from '../domain/machine-records.js'
import type {AppContext} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import type {Request} from '../domain/request.js'
import {isForeign, listedOnly} from '../domain/session-types.js'
import type {Target} from '../domain/target.js'
import {parseMachineWord} from '../parse/parse-machine-word.js'
import {parseTargets} from '../parse/parse-target.js'
import type {ReportStyle} from '../report/report-style.js'
import {reportSession} from './report-session.js'

/** What `ctys stop --how` takes. */
export const howWords = ['poweroff', 'reboot', 'reset', 'pause', 'suspend'] as const
export type HowWord = (typeof howWords)[number]

/** The words of today's commands that all of them share. */
export interface TodayWords {
  readonly type: string
  readonly targets: readonly string[]
  readonly dryRun: boolean
  readonly user?: string
}

export interface StartWords extends TodayWords {
  readonly machine: string
  readonly mode: CreateMode | 'resume'
  readonly console: 'NONE' | 'VNC'
  readonly timeoutMs: number
}

export interface StopWords extends TodayWords {
  /** Undefined = every machine of the hosts. */
  readonly machine?: string
  readonly how: CancelHow
  readonly force: boolean
  readonly graceMs: number
}

export async function runList(words: TodayWords, context: AppContext, style: ReportStyle): Promise<Report> {
  return runAction(words, {kind: 'list'}, context, style)
}

export async function runProbe(words: TodayWords, context: AppContext, style: ReportStyle): Promise<Report> {
  return runAction(words, {kind: 'probe'}, context, style)
}

export async function runStart(words: StartWords, context: AppContext, style: ReportStyle): Promise<Report> {
  const {mode, console, timeoutMs} = words
  return runOnMachine(words, context, style, (machine) =>
    mode === 'resume'
      ? {kind: 'cancel', machine, how: 'resume', force: false, graceMs: 0}
      : {kind: 'create', machine, mode, console, timeoutMs},
  )
}

export async function runStop(words: StopWords, context: AppContext, style: ReportStyle): Promise<Report> {
  const {machine, how, force, graceMs} = words
  if (machine === undefined) {
    await refuseMachines(words.targets, context)
    return runAction(words, {kind: 'cancel', machine: 'all', how, force, graceMs}, context, style)
  }
  return runOnMachine({...words, machine}, context, style, (address) => ({
    kind: 'cancel',
    machine: address,
    how,
    force,
    graceMs,
  }))
}

/** `stop web01 --all h1` would stop everything on h1: a word that is a label and no host of the inventory is refused. */
async function refuseMachines(words: readonly string[], {inventory}: AppContext): Promise<void> {
  const faults: string[] = []
  for (const word of words) {
    const named = await inventory.lookup({label: word})
    if (named.length === 0) continue
    const {records} = await inventory.find([word])
    if (records.some(({host}) => host.toLowerCase() === word.toLowerCase())) continue
    faults.push(`--all means every machine of the hosts named, but ${word} is a machine`)
  }
  if (faults.length > 0) throw new UsageError(faults, 'name a machine or --all, not both')
}

async function runAction(words: TodayWords, action: Action, context: AppContext, style: ReportStyle): Promise<Report> {
  const faults: string[] = []
  const targets = parseTargets(words.targets, words.user, faults)
  if (faults.length > 0) throw new UsageError(faults)
  const request: Request = {type: words.type.toUpperCase(), action, targets, inventoryUse: 'on'}
  return reportSession({request, dryRun: words.dryRun}, context, style)
}

/** An action on one machine; without a host it is done where the inventory says. */
async function runOnMachine(
  words: TodayWords & {readonly machine: string},
  context: AppContext,
  style: ReportStyle,
  toAction: (machine: MachineAddress) => Action,
): Promise<Report> {
  const faults: string[] = []
  const machine = parseMachineWord(words.machine, faults)
  const named = words.targets.length > 0 ? parseTargets(words.targets, words.user, faults) : undefined
  if (faults.length > 0) throw new UsageError(faults)
  const type = words.type.toUpperCase()
  const targets = named ?? [await whereInventorySays(type, machine, words.user, context)]
  const request: Request = {type, action: toAction(machine), targets, inventoryUse: 'on'}
  return reportSession({request, dryRun: words.dryRun}, context, style)
}

/** The one host on which the inventory has the machine. Throws LookupError, or ConfigError for a type that is listed only. */
export async function whereInventorySays(
  type: string,
  machine: MachineAddress,
  user: string | undefined,
  context: Pick<AppContext, 'inventory' | 'localName'>,
): Promise<Target> {
  const known = await context.inventory.lookup(machine)
  const found = known.filter(([record]) => record.type.toUpperCase() === type)
  const [first, ...others] = found
  const foreign = known.find(([{type: other}]) => isForeign(other))
  if (first === undefined && foreign !== undefined) {
    const [{host, type: other, id}] = foreign
    throw listedOnly(
      other,
      `${formatAddress(machine)} is ${id || 'the host itself'} on ${host}`,
      `use the tools of ${host} for it`,
    )
  }
  if (first === undefined) {
    throw new LookupError('MACHINE_NOT_FOUND', `the inventory knows no ${formatAddress(machine)}`, {
      hint: 'name the host, or scan first: ctys scan HOST...',
    })
  }
  if (others.length > 0) {
    throw new LookupError('MACHINE_AMBIGUOUS', `${formatAddress(machine)} fits ${found.length} machines`, {
      hint: 'name the host, or a longer address',
      details: shortestUniquePlaces(found),
    })
  }
  const [{host: name}] = first
  const host = name.toLowerCase() === context.localName ? 'localhost' : name
  return {host, ...(user !== undefined && {user})}
}
