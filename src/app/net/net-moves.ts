/** `ctys net move`, `undo`, `confirm` and `pending`: changes of a host's network that it takes back unless confirmed. */
import {randomBytes} from 'node:crypto'
import {UsageError} from '../../domain/errors.js'
import {everyType} from '../../domain/machine/session-types.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import type {Target} from '../../domain/target.js'
import type {Become} from '../../domain/work/net.js'
import type {Action} from '../../domain/work/verbs.js'
import {whoAsks} from '../../lib/who.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import {answer, planQuestion} from '../run/ask-hosts.js'
import {runOrPlan} from '../run/run-or-plan.js'
import {askedTargets} from '../targets/asked-targets.js'
import {expandTargets} from '../targets/expand-targets.js'

type Done = RunResult | PlanResult

export interface NetWords {
  readonly targets: readonly string[]
  readonly user?: string
  readonly dryRun: boolean
  /** sudo and doas may be used where the account is not root. */
  readonly sudo?: boolean
}

interface ChangeWords extends NetWords {
  readonly timerSeconds: number
  readonly force: boolean
  /** Make it and leave it pending. */
  readonly pending: boolean
}

export interface MoveWords extends ChangeWords {
  readonly interface: string
  readonly bridge: string
  readonly needs: readonly string[]
}

export interface UndoWords extends ChangeWords {
  readonly bridge?: string | undefined
}

export interface ConfirmWords extends NetWords {
  readonly id?: string | undefined
  readonly extendSeconds?: number | undefined
}

export async function moveInterface(words: MoveWords, context: AppContext): Promise<Done> {
  const {interface: card, bridge, needs} = words
  const faults = [...linkFaults('-i', card), ...linkFaults('-b', bridge)]
  if (card === bridge) faults.push(`-b: ${bridge} is the interface itself`)
  for (const path of needs) {
    if (!path.startsWith('/') || /[\x00-\x1f\x7f]/.test(path)) faults.push(`--needs: '${path}' is no absolute path`)
  }
  return run({verb: 'net-move', ask: {...askOf(words), interface: card, bridge, needs}}, words, {faults, context})
}

export async function undoMove(words: UndoWords, context: AppContext): Promise<Done> {
  const {bridge} = words
  const faults = bridge === undefined ? [] : linkFaults('-b', bridge)
  return run({verb: 'net-undo', ask: {...askOf(words), ...(bridge !== undefined && {bridge})}}, words, {
    faults,
    context,
  })
}

export async function confirmMove(words: ConfirmWords, context: AppContext): Promise<Done> {
  const {id, extendSeconds} = words
  const faults = id === undefined || /^[0-9a-f]{8}$/.test(id) ? [] : [`--id: '${id}' is no change, such as 1f0c93ab`]
  const ask = {
    become: becomeOf(words),
    ...(id !== undefined && {id}),
    ...(extendSeconds !== undefined && {extendMs: extendSeconds * 1000}),
  }
  return run({verb: 'net-confirm', ask}, words, {faults, context})
}

export async function pendingMoves(words: NetWords, context: AppContext): Promise<Done> {
  const asked = await askedTargets(words, context)
  const plan = planQuestion({type: everyType, action: {verb: 'net-pending', ask: {}}, ...asked}, context)
  return words.dryRun ? planResult(plan) : answer(plan, context, (outcomes) => answersResult(plan, outcomes))
}

/** Hosts have to be named: nobody means all of them. */
async function run(
  action: Action,
  {targets: words, user, dryRun}: NetWords,
  {faults, context}: {readonly faults: string[]; readonly context: AppContext},
): Promise<Done> {
  if (words.length === 0) faults.push('name the host: [user@]host[:port] or @group')
  const targets: readonly Target[] = parseTargets(await expandTargets(words, context, faults), user, faults)
  if (faults.length > 0) throw new UsageError(faults)
  return runOrPlan({request: {type: everyType, action, targets, inventoryUse: 'off'}, dryRun}, context)
}

function askOf(words: ChangeWords) {
  const {timerSeconds, force, pending} = words
  return {
    ...newChange(timerSeconds * 1000),
    become: becomeOf(words),
    ...(force && ({force: true} as const)),
    ...(pending && ({leave: true} as const)),
  }
}

/** A change has its id from here, so that it can be confirmed although its beginning was not answered. */
export function newChange(timerMs: number) {
  return {id: randomBytes(4).toString('hex'), timerMs, who: whoAsks()}
}

function becomeOf({sudo = false}: NetWords): readonly Become[] {
  return sudo ? ['sudo', 'doas'] : []
}

/** Linux takes nearly any byte (dev_valid_name); what ip and a shell take as it stands is enough for an interface. */
function linkFaults(option: string, name: string): string[] {
  if (name === 'all' || name === 'default' || name === 'lo') return [`${option}: ${name} is no interface to move`]
  if (/^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}$/.test(name)) return []
  return [`${option}: '${name}' is no name of an interface: at most 15 letters, digits, _ . @ -`]
}
