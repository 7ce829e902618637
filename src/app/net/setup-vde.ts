/**
 * ctys-setupVDE, later ctys-vnetctl: one action on a network of each host. A target that is the name of a group stands for
 * its members; its context options may say how to become root there.
 */
import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import type {Become, NetUpAsk} from '../../domain/work/net.js'
import {nearest} from '../../lib/suggest.js'
import {readTargets} from '../../parse/classic/read-targets.js'
import {type NetWords, netAskOf, parseBecome, parseNet} from '../../parse/net/parse-net.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import type {NetWork} from '../run/net-tasks.js'
import {isKnownWord} from '../run/refuse-mistyped.js'
import {expandCall} from '../targets/expand-call.js'
import {workOn} from './nets.js'

export const setupActions = ['create', 'cancel', 'check', 'info', 'ports', 'list', 'listall'] as const
export type SetupAction = (typeof setupActions)[number]

export interface SetupCall extends Omit<NetWords, 'become'> {
  /** An action and targets, as they were typed. */
  readonly words: readonly string[]
  /** -r: further hosts, commas or blanks between them. */
  readonly remote?: string | undefined
  readonly login?: string | undefined
  /** -Z. */
  readonly become?: string | undefined
  readonly dryRun: boolean
  readonly timerSeconds: number
}

/** Options of a target that change nothing here. */
const harmless = ['d', 'v', 'V', 'w', 'X', 'y', 'z', 'Y', 'b', 'j', 'M']

export async function setupVde(call: SetupCall, context: CommandContext): Promise<RunResult | PlanResult> {
  const faults: string[] = []
  const {action, others} = await readAction(call.words, context, faults)
  const remote = (call.remote ?? '').split(/[\s,]+/).filter((host) => host !== '')
  const everywhere = parseBecome(call.become ?? 'NOSUDO', faults)
  const ask = parseNet({...call, become: everywhere}, faults)
  const {targets, context: all} = readTargets([...remote, ...others], faults)
  const read = {options: {letters: {}}, targets, ...(all !== undefined && {context: all})}
  const lacks: string[] = []
  const leaves = await expandCall(read, context, {faults, lacks, met: []})
  const work = leaves.flatMap(({word: host, levels, options: {letters, action: other}}): readonly NetWork[] => {
    const lead = `${host}(...): `
    if (levels.length > 0) faults.push(`target '${host}[${levels.join('][')}]': names a machine, not a host`)
    if (other !== undefined) faults.push(`${lead}-a: no action of ctys stands here`)
    for (const letter of Object.keys(letters)) {
      if (!['Z', 'l', ...harmless].includes(letter))
        faults.push(`${lead}-${letter}: means nothing to ctys-setupVDE there`)
    }
    const own = letters.Z === undefined ? everywhere : parseBecome(letters.Z, faults)
    const [target] = parseTargets([host], letters.l ?? call.login, faults)
    return target === undefined || action === undefined
      ? []
      : [{target, action: actionOf(action, {...ask, become: own})}]
  })
  const wrong = [...new Set([...faults, ...lacks])]
  if (wrong.length > 0) throw new UsageError(wrong, 'ctys-setupVDE --help')
  return workOn(distinct(work), call, context)
}

/** Without an action, of which a host may be known, it is info. */
async function readAction(
  words: readonly string[],
  context: CommandContext,
  faults: string[],
): Promise<{readonly action?: SetupAction; readonly others: readonly string[]}> {
  const [word = 'info', ...others] = words
  const action = setupActions.find((one) => one === word.toLowerCase())
  if (action !== undefined) return {action, others}
  if (/[@('.:]/.test(word) || (await isKnownWord(word, context))) return {action: 'info', others: words}
  const near = nearest(word.toLowerCase(), setupActions)
  faults.push(`'${word}' is none of ${setupActions.join(', ')}${near === undefined ? '' : ` (${near}?)`}`)
  return {others}
}

function actionOf(action: SetupAction, ask: NetUpAsk & {readonly become: readonly Become[]}): NetWork['action'] {
  if (action === 'create') return {verb: 'net-up', ask}
  if (action === 'cancel') return {verb: 'net-down', ask: netAskOf(ask)}
  return {verb: 'net-switch', ask: {...netAskOf(ask), show: action}}
}

/** A host named twice, alone and in a group, is one. */
function distinct(work: readonly NetWork[]): readonly NetWork[] {
  return [...new Map(work.map((one) => [JSON.stringify(one), one])).values()]
}
