/** What one target of a classic call is to do: its session type, its action and its options, judged in this order. */
import type {CallOptions} from '../../domain/classic/call.js'
import {classicActionOf, wordOf} from '../../domain/classic/grammar.js'
import {
  classicDefaultTypes,
  classicTypeOf,
  classicTypes,
  insteadOf,
  isClassicType,
  typeWords,
} from '../../domain/classic/session-types.js'
import {everyType, hostType, isScanType, scanTypes, usualType} from '../../domain/machine/session-types.js'
import type {Afterwards, ClientAsk} from '../../domain/work/asks.js'
import type {Request} from '../../domain/work/request.js'
import {suggestOrList} from '../../lib/suggest.js'
import {type JudgedAction, judgeAction} from '../action/judge-action.js'
import {judgeOptions, type TargetFacts} from './judge-options.js'

/** The task of a request without its targets, and how its answer is shown. */
export interface JudgedStep extends Omit<Request, 'targets'>, Omit<JudgedAction, 'action'> {
  /** The call named the session type itself. */
  readonly typeNamed: boolean
}

export interface StepJudging {
  /** Session types that have a driver. */
  readonly driven: readonly string[]
  /** Those that the environment leaves out, `<TYPE>_IGNORE=1`. */
  readonly ignored?: readonly string[]
  readonly faults: string[]
  /** What is asked for and nothing does yet, each by name. */
  readonly lacks: string[]
}

/** Undefined when anything was added to the faults or the lacks. */
export function judgeStep(options: CallOptions, target: TargetFacts, judging: StepJudging): JudgedStep | undefined {
  const {faults, lacks} = judging
  const call = options.action ?? {name: 'LIST', words: []}
  const chosen = chooseTypes({...options, action: call}, judging)
  if (chosen === undefined) return undefined
  // what a type that is not there could do is of no interest
  const own = chosen.missing ? [] : lacks
  const before = faults.length + lacks.length
  const judged = judgeAction(call, {type: chosen.suboptionsOf, faults, lacks: own})
  const {inventoryUse, owners, showCall, serverOnly, window} = judgeOptions({...options, action: call}, target, {
    faults,
    lacks: own,
  })
  if (chosen.missing || judged === undefined || faults.length + lacks.length > before) return undefined
  const {type, typeNamed, types} = chosen
  const only = {...judged.display.only, ...(types !== undefined && {types}), ...(owners !== undefined && {owners})}
  const display = Object.keys(only).length === 0 ? judged.display : {...judged.display, only}
  const {action} = judged
  if (action.verb !== 'create') return {type, typeNamed, action, inventoryUse, display}
  const {afterwards, ...ask} = action.ask
  const after = afterwardsOf(afterwards, {serverOnly, window})
  const create = {...action, ask: {...ask, ...(after && {afterwards: after}), ...(showCall && {showCall})}}
  return {type, typeNamed, action: create, inventoryUse, display}
}

/** With the window that the options say, or without a client. */
function afterwardsOf(
  asked: Afterwards | undefined,
  {serverOnly, window}: {readonly serverOnly: boolean; readonly window: ClientAsk},
): Afterwards | undefined {
  if (asked?.client === undefined) return asked
  const {client, ...others} = asked
  if (!serverOnly) return {...others, client: {...client, ...window}}
  return Object.keys(others).length === 0 ? undefined : others
}

interface ChosenTypes {
  readonly type: string
  readonly typeNamed: boolean
  /** Only rows of these are shown; absent: all. */
  readonly types?: readonly string[]
  /** Whose suboptions the action has. */
  readonly suboptionsOf: string
  readonly missing: boolean
}

function chooseTypes({letters, action}: CallOptions, judging: StepJudging): ChosenTypes | undefined {
  const named = namedTypes(letters, judging)
  if (named === undefined) return undefined
  const {name = '', words = []} = action ?? {}
  const pkg = words.find((word) => word.name === 'PKG')?.value
  const asked = pkg === undefined ? named.types : pkg.split('%').map(classicTypeOf)
  const generic = ['LIST', 'ENUMERATE', 'INFO', 'SHOW'].includes(name)
  const types = asked.filter((type) => type !== everyType)
  if (!generic) return oneType({...named, types}, action, judging)
  const isAll = types.length === 0 || asked.includes(everyType)
  const missing = isAll ? [] : types.filter((type) => !canTell(name, type, judging.driven))
  refuseTypes(missing, name, judging)
  refuseIgnored(types, judging)
  const [only] = types
  const base = {typeNamed: !isAll, missing: missing.length > 0, suboptionsOf: only ?? usualType}
  const {ignored = [], driven} = judging
  if (isAll && ignored.length > 0) {
    const all = [...driven, ...Object.keys(scanTypes)]
    return {...base, type: everyType, types: all.filter((type) => !ignored.includes(type))}
  }
  if (isAll || only === undefined) return {...base, type: everyType}
  if (types.length === 1 && judging.driven.includes(only)) return {...base, type: only}
  return {...base, type: everyType, types}
}

/** Whether somebody answers for that type: its driver, or for what lies there and for the host itself the host. */
function canTell(name: string, type: string, driven: readonly string[]): boolean {
  if (driven.includes(type)) return true
  return (name === 'ENUMERATE' && isScanType(type)) || (type === hostType && name !== 'SHOW')
}

/** -t counts before -T; a list of several is for what asks them all. */
function namedTypes(
  {t, T}: CallOptions['letters'],
  {driven, faults}: StepJudging,
): {readonly types: readonly string[]; readonly letter: string} | undefined {
  const letter = t === undefined ? 'T' : 't'
  const types = (t ?? T ?? '').split(',').filter((type) => type !== '')
  const known = [...new Set([...typeWords, ...driven, ...Object.keys(scanTypes), everyType])]
  const strange = types.filter((type) => !known.includes(type))
  for (const type of strange) faults.push(`-${letter}: unknown session type '${type}'${suggestOrList(type, known)}`)
  return strange.length > 0 ? undefined : {types, letter}
}

/** What acts on one session has one type: that of -t, or the only one of -T; without one it is a machine. */
function oneType(
  {types, letter}: {readonly types: readonly string[]; readonly letter: string},
  action: CallOptions['action'],
  judging: StepJudging,
): ChosenTypes | undefined {
  const [first, ...others] = types
  const name = (action?.name ?? '').toLowerCase()
  if (first !== undefined && others.length > 0 && letter === 't') {
    judging.faults.push(`-t: ${name} needs one session type, got ${types.join(',')}`)
    return undefined
  }
  const type = others.length === 0 && first !== undefined ? first : typeOfWords(action)
  const missing = !judging.driven.includes(type)
  if (missing) refuseTypes([type], action?.name ?? '', judging)
  refuseIgnored([type], judging)
  return {type, typeNamed: others.length === 0 && first !== undefined, suboptionsOf: type, missing}
}

/** Without -t the original meant a shell or a desktop: its suboptions say so. */
function typeOfWords(action: CallOptions['action']): string {
  const spec = classicActionOf(action?.name ?? '')
  const limits = (action?.words ?? []).flatMap(({name}) => (spec && wordOf(spec, name)?.types) ?? [])
  const isMachine = limits.length === 0 || limits.includes(usualType)
  return isMachine ? usualType : (classicDefaultTypes.find((type) => limits.includes(type)) ?? limits[0] ?? usualType)
}

/** As the original left the plugin of the type out. */
function refuseIgnored(types: readonly string[], {lacks, ignored = []}: StepJudging): void {
  for (const type of types.filter((each) => ignored.includes(each))) {
    const told = `-t ${type}: left out, as ${type.replaceAll('-', '_')}_IGNORE=1 in the environment says`
    if (!lacks.includes(told)) lacks.push(told)
  }
}

function refuseTypes(types: readonly string[], action: string, {lacks, driven}: StepJudging): void {
  for (const type of types) {
    const told = typeText(type, action, driven)
    if (!lacks.includes(told)) lacks.push(told)
  }
}

function typeText(type: string, action: string, driven: readonly string[]): string {
  if (isScanType(type) && action === 'LIST') {
    return `what runs of type ${type} cannot be listed yet; ctys find type=${type} shows what is recorded; -T ALL asks ${driven.join(', ')}`
  }
  const instead = insteadOf(type)
  const meanwhile = instead === undefined ? '' : `; meanwhile: ${instead}`
  if (isScanType(type)) return `ctys lists machines of type ${type}, it cannot act on them yet${meanwhile}`
  const about = isClassicType(type) ? ` (${classicTypes[type].about})` : ''
  return `${type} is not there yet${about}; there are: ${driven.join(', ')}${meanwhile}`
}
