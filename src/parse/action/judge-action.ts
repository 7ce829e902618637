/** What an action of the classic call asks of a session type, as data. */
import {addressWords} from '../../domain/classic/address.js'
import type {ActionCall, GivenWord} from '../../domain/classic/call.js'
import {severalCancelled} from '../../domain/classic/cancel.js'
import {classicActionOf, wordOf} from '../../domain/classic/grammar.js'
import {isClassicType, machineTypes} from '../../domain/classic/session-types.js'
import type {ClassicAction, Word} from '../../domain/classic/word.js'
import type {ClassicDisplay} from '../../domain/inventory/record-output.js'
import {vmStates} from '../../domain/machine/vm-states.js'
import type {Action} from '../../domain/work/verbs.js'
import {splitPercent} from '../../lib/split-suboptions.js'
import {suggestOrList} from '../../lib/suggest.js'
import {namesMachine, takeAddress} from '../machine/parse-address.js'
import {judgeCancel} from './judge-cancel.js'
import {judgeCreate} from './judge-create.js'
import type {Judging} from './judging.js'
import {parseEnumerateDisplay, parseInfoDisplay, parseListDisplay} from './parse-display.js'

/** What an action asks, and what of it concerns the display, not the host. */
export interface JudgedAction {
  readonly action: Action
  readonly display: ClassicDisplay
}

/** Faults and lacks are added to those of `judging`; undefined when there are any. */
export function judgeAction(call: ActionCall, judging: Judging): JudgedAction | undefined {
  const action = classicActionOf(call.name)
  if (action === undefined) throw new Error(`the table has no action ${call.name}`)
  const before = judging.faults.length + judging.lacks.length
  const given = call.words.filter((word) => isFor(word, action, judging) && !word.wrong)
  const addressed = call.words.some(({name}) => tellsMachine.includes(name))
  const judged = action.verb === undefined ? undefined : judgeVerb(action, given, {...judging, addressed})
  if (action.verb === undefined)
    judging.lacks.push(`${action.name} is not there yet (${action.about})${meanwhile(action)}`)
  return judging.faults.length + judging.lacks.length === before ? judged : undefined
}

/** Words that say which machine, be their values right or wrong. */
const tellsMachine = [...addressWords.map(({names}) => names[0]).filter((name) => name !== 'BASEPATH'), 'DBREC']

/** Says what of the word the session type does not have, or ctys does not do yet. */
function isFor({name, value}: GivenWord, action: ClassicAction, {type, faults, lacks}: Judging): boolean {
  const word = wordOf(action, name)
  if (word === undefined) return true
  const lead = action.name.toLowerCase()
  const key = name.toLowerCase()
  if (word.types !== undefined && !word.types.includes(type)) {
    faults.push(`${lead}: ${key} is for ${listed(word.types)}, not for ${type}`)
    return false
  }
  if (word.standing === 'missing' && !isHarmless(word, value))
    lacks.push(`${lead}: ${key} is not there yet${meanwhile(word)}`)
  if (word.secret && value?.includes('%')) {
    lacks.push(`${lead}: ${key}: credentials are refused: other users see the calls of a machine; leave them out`)
  }
  return word.standing === undefined
}

function meanwhile({instead}: {readonly instead?: string}): string {
  return instead === undefined ? '' : `; meanwhile: ${instead}`
}

function listed(types: readonly string[]): string {
  return types.length < 2 ? types.join('') : `${types.slice(0, -1).join(', ')} and ${types.at(-1)}`
}

function isHarmless({harmless = []}: Word, value = ''): boolean {
  return harmless.includes(value.toUpperCase())
}

interface VerbJudging extends Judging {
  /** Something of the call names a machine. */
  readonly addressed: boolean
}

function judgeVerb(action: ClassicAction, given: readonly GivenWord[], judging: VerbJudging): JudgedAction {
  const {faults} = judging
  const kept = refuseAddress(action, given, faults)
  const suboptions = kept.map(({name, value}) => ({key: name, ...(value !== undefined && {args: value})}))
  const shown = suboptions.filter(({key}) => !['BASEPATH', 'PKG', 'MATCHVSTAT'].includes(key))
  switch (action.verb) {
    case 'create':
    case 'cancel': {
      const {verb} = action
      const all = verb === 'cancel' && suboptions.some(({key}) => key === 'ALL')
      const several = verb === 'cancel' && !severalCancelled.includes(judging.type)
      const addresses = several ? onlyOnce(suboptions, judging) : suboptions
      // a session is told by other things: a number, or nothing
      const isMachine = !isClassicType(judging.type) || machineTypes.includes(judging.type)
      const {machine, rest} = takeAddress(addresses, isMachine ? faults : [])
      const named = namesMachine(machine)
      if (isMachine && !judging.addressed && !all)
        faults.push(`${verb}: names no machine (l:LABEL, u:UUID, m:MAC, t:IP, p:PATH ...)`)
      if (named && all) faults.push('cancel: ALL and a machine address exclude each other')
      const done =
        verb === 'create'
          ? judgeCreate(machine, rest, judging)
          : ({verb, ask: judgeCancel(all ? 'all' : machine, rest, faults)} as const)
      return {action: done, display: {terse: false}}
    }
    case 'list':
      return {action: {verb: 'list', ask: {hostRow: true}}, display: parseListDisplay(shown, faults)}
    case 'enumerate': {
      const base = suboptions.find(({key}) => key === 'BASEPATH')?.args
      const basePaths = base === undefined ? [] : splitPercent(base).filter((path) => path !== '')
      if (base !== undefined && basePaths.length === 0) faults.push('enumerate: b: names no directory')
      const states = statesOf(suboptions.find(({key}) => key === 'MATCHVSTAT')?.args, faults)
      const display = parseEnumerateDisplay(shown, faults)
      return {
        action: {verb: 'enumerate', ask: {basePaths}},
        display: states === undefined ? display : {...display, only: {states}},
      }
    }
    default:
      return {action: {verb: 'probe', ask: {}}, display: parseInfoDisplay(shown)}
  }
}

/** Where one machine is stopped, a second address would be another one, and the last would win unseen. */
function onlyOnce<T extends {readonly key: string}>(suboptions: readonly T[], {faults}: Judging): readonly T[] {
  const seen = new Set<string>()
  return suboptions.filter(({key}) => {
    if (seen.has(key)) faults.push(`cancel: ${key.toLowerCase()} is given twice: one call stops one machine`)
    return seen.size < seen.add(key).size
  })
}

function statesOf(text: string | undefined, faults: string[]): readonly string[] | undefined {
  if (text === undefined) return undefined
  const states = splitPercent(text.toUpperCase()).filter((state) => state !== '')
  for (const state of states) {
    if (state === 'ALL' || vmStates.includes(state)) continue
    faults.push(`enumerate: matchvstat: unknown state '${state}'${suggestOrList(state, vmStates)}`)
  }
  return states.includes('ALL') || states.length === 0 ? undefined : states
}

/** A field with a value is most likely the address of a machine; those are told and not given back. */
function refuseAddress({name, fields, address}: ClassicAction, given: readonly GivenWord[], faults: string[]) {
  const isAddress = ({name: key, value}: GivenWord) =>
    value !== undefined && key !== 'BASEPATH' && addressWords.some(({names}) => names.includes(key))
  const strange = fields === undefined ? [] : given.filter(isAddress)
  const takes =
    address === 'base' ? 'takes a base only (b:PATH[%PATH...])' : 'takes no machine: it lists all that run on the host'
  for (const {name: key, value} of strange)
    faults.push(`${name.toLowerCase()}: ${key.toLowerCase()}:${value}: ${takes}; ctys show MACHINE is for one`)
  return given.filter((word) => !strange.includes(word))
}
