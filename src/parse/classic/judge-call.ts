/** What the targets of a classic call are to do, as requests: targets that ask the same are one request. */
import type {CallOptions} from '../../domain/classic/call.js'
import type {ClassicDisplay} from '../../domain/inventory/record-output.js'
import {formatTarget, isLocal, type Target} from '../../domain/target.js'
import type {After} from '../../domain/work/plan.js'
import type {Request} from '../../domain/work/request.js'
import {calledBy} from '../../lib/host-name.js'
import {checkUser, parseTarget} from '../target/parse-target.js'
import type {TargetFacts} from './judge-options.js'
import {type JudgedStep, judgeStep, type StepJudging} from './judge-step.js'

/** One target with everything it inherits; groups are resolved. */
export interface Leaf {
  readonly word: string
  /** Machines inside each other on that host. */
  readonly levels: readonly string[]
  readonly options: CallOptions
  /** Indexes of the leaves it comes after. */
  readonly after?: {readonly leaves: readonly number[]; readonly mustSucceed: boolean}
}

export interface JudgedCall {
  readonly requests: readonly Request[]
  /** By the ids of the tasks. */
  readonly after: ReadonlyMap<string, After>
  readonly display: ClassicDisplay
  /** Tasks of which the call does not name the session type. */
  readonly untyped: ReadonlySet<string>
}

/**
 * `letters`: the options of the whole call. Everything wrong is added to the faults and lacks of `judging`; with any of
 * them the rest is of no use.
 */
export function judgeCall(leaves: readonly Leaf[], letters: CallOptions['letters'], judging: StepJudging): JudgedCall {
  const {lacks} = judging
  const requests = new Map<string, Request & {targets: Target[]; ids: string[]}>()
  const steps = new Map<string, JudgedStep>()
  const ids = new Map<number, readonly string[]>()
  const taken = new Map<string, string>()
  const untyped = new Set<string>()
  const judge = stepJudge(judging)
  for (const [index, leaf] of leaves.entries()) {
    judgeLevels(leaf, judging)
    for (const target of readTargets(leaf, judging.faults)) {
      const isHere = target !== undefined && isLocal(target)
      const step = judge(leaf.options, {isRoot: target?.user === 'root', isHere})
      if (step === undefined || target === undefined) continue
      const key = JSON.stringify(step)
      const place = [target.user, calledBy(target), key].join('\0')
      const before = taken.get(place)
      const id = before ?? String(taken.size + 1)
      ids.set(index, [...(ids.get(index) ?? []), id])
      if (before !== undefined) {
        if (letters.A === 'ON') lacks.push(`-A on: ${formatTarget(target)} is named twice, and asked once`)
        continue
      }
      taken.set(place, id)
      steps.set(key, step)
      const {type, action, inventoryUse, typeNamed} = step
      if (!typeNamed) untyped.add(id)
      const request = requests.get(key) ?? {type, action, inventoryUse, targets: [], ids: []}
      requests.set(key, request)
      request.targets.push(target)
      request.ids.push(id)
    }
  }
  return {
    requests: [...requests.values()],
    after: orderOf(leaves, ids, letters.b),
    display: oneDisplay([...steps.values()], lacks),
    untyped,
  }
}

function judgeLevels({word, levels}: Leaf, {faults, lacks}: StepJudging): void {
  if (levels.length === 0) return
  const target = `target '${word}[${levels.join('][')}]'`
  if (levels.every((level) => /^\d+(?:[-,]\d+)*$/.test(level))) {
    faults.push(`${target}: ranges of hosts are written out by the shell (${word}{1..3}) or stand in a group (@NAME)`)
  } else lacks.push(`${target}: what runs inside a machine is not reached yet; a guest with sshd is a host of its own`)
}

const plain: readonly ClassicDisplay[] = [{terse: false}, {terse: false, table: {ids: false, addresses: true}}]

/** The answer of a call is one: two of its targets cannot be shown in different ways. */
function oneDisplay(steps: readonly JudgedStep[], lacks: string[]): ClassicDisplay {
  const known = new Map(steps.map(({display}) => [JSON.stringify(display), display]))
  for (const each of plain) known.delete(JSON.stringify(each))
  const [first, ...others] = known.values()
  if (others.length > 0) lacks.push('targets of one call are shown in one layout so far')
  return first ?? steps.find(({display}) => display.table !== undefined)?.display ?? {terse: false}
}

/** Many targets have the same options: what is wrong with them is told once. */
function stepJudge(judging: StepJudging): (options: CallOptions, target: TargetFacts) => JudgedStep | undefined {
  const all = new Map<string, Map<CallOptions, JudgedStep | undefined>>()
  return (options, target) => {
    const kind = JSON.stringify(target)
    const known = all.get(kind) ?? new Map<CallOptions, JudgedStep | undefined>()
    all.set(kind, known)
    if (known.has(options)) return known.get(options)
    const own = {...judging, faults: [] as string[], lacks: [] as string[]}
    const step = judgeStep(options, target, own)
    for (const fault of own.faults) if (!judging.faults.includes(fault)) judging.faults.push(fault)
    for (const lack of own.lacks) if (!judging.lacks.includes(lack)) judging.lacks.push(lack)
    known.set(options, step)
    return step
  }
}

/** Of several users each asks a host that is named without one. What is undefined could not be read. */
function readTargets({word, options}: Leaf, faults: string[]): readonly (Target | undefined)[] {
  const users = listedUsers(options.letters.l)
  for (const user of users) {
    const own: string[] = []
    checkUser('-l', user, own)
    for (const fault of own) if (!faults.includes(fault)) faults.push(fault)
  }
  const target = parseTarget(word, faults)
  if (target === undefined || target.user !== undefined || users.length === 0) return [target]
  return users.map((user) => ({...target, user}))
}

/** Those of `-l USER[,USER...]`. */
export function listedUsers(text = ''): readonly string[] {
  return text === '' ? [] : text.split(',')
}

/** `-b seq` is an order only; in a stack what is below has to be up. */
function orderOf(
  leaves: readonly Leaf[],
  ids: ReadonlyMap<number, readonly string[]>,
  background = '',
): ReadonlyMap<string, After> {
  const after = new Map<string, After>()
  const inOrder = /STACK|SEQUENTIAL/.test(background)
  for (const [index, leaf] of leaves.entries()) {
    const before = leaf.after?.leaves ?? (inOrder && index > 0 ? [index - 1] : [])
    for (const id of ids.get(index) ?? []) {
      const tasks = [...new Set(before.flatMap((one) => ids.get(one) ?? []))].filter((one) => one !== id)
      if (tasks.length === 0 || after.has(id)) continue
      after.set(id, {tasks, mustSucceed: leaf.after?.mustSucceed ?? background.includes('STACK')})
    }
  }
  return after
}
