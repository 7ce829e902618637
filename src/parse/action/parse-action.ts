import type {ClassicDisplay} from '../../domain/inventory/record-output.js'
import type {Action} from '../../domain/work/verbs.js'
import {type Suboption, splitAction} from '../../lib/split-suboptions.js'
import {suggest} from '../../lib/suggest.js'
import {namesMachine, takeAddress} from '../machine/parse-address.js'
import {parseCancel} from './parse-cancel.js'
import {parseCreate} from './parse-create.js'
import {parseEnumerateDisplay, parseInfoDisplay, parseListDisplay} from './parse-display.js'

/** The actions of the classic call. */
export const verbs = ['CREATE', 'CANCEL', 'LIST', 'ENUMERATE', 'INFO'] as const

export interface ParsedAction {
  readonly action: Action
  /** What of it concerns the display, not the host. */
  readonly display: ClassicDisplay
}

/** Reads `ACTION[=SUBOPTIONS]`; all faults are added to `faults` and undefined is returned when there are any. */
export function parseAction(text: string, faults: string[]): ParsedAction | undefined {
  const {verb, suboptions} = splitAction(text)
  const before = faults.length
  const parsed = parseVerb(verb, suboptions, faults)
  return faults.length === before ? parsed : undefined
}

function parseVerb(verb: string, suboptions: readonly Suboption[], faults: string[]): ParsedAction | undefined {
  switch (verb) {
    case 'CREATE':
    case 'CANCEL': {
      const all = verb === 'CANCEL' && suboptions.some(({key}) => key === 'ALL')
      const {machine, rest} = takeAddress(suboptions, faults)
      const named = namesMachine(machine)
      if (!named && !all)
        faults.push(`${verb.toLowerCase()}: names no machine (l:LABEL, u:UUID, m:MAC, t:IP, p:PATH ...)`)
      if (named && all) faults.push('cancel: ALL and a machine address exclude each other')
      const action =
        verb === 'CREATE'
          ? parseCreate(machine, rest, faults)
          : ({verb: 'cancel', ask: parseCancel(all ? 'all' : machine, rest, faults)} as const)
      return {action, display: {terse: false}}
    }
    case 'LIST':
      return {action: {verb: 'list', ask: {hostRow: true}}, display: parseListDisplay(suboptions, faults)}
    case 'ENUMERATE': {
      const {machine, rest} = takeAddress(suboptions, faults)
      if (namesMachine(machine)) faults.push('enumerate: takes a base only (b:PATH[%PATH...])')
      const action = {verb: 'enumerate', ask: {basePaths: machine.basePaths ?? []}} as const
      return {action, display: parseEnumerateDisplay(rest, faults)}
    }
    case 'INFO':
      return {action: {verb: 'probe', ask: {}}, display: parseInfoDisplay(suboptions, faults)}
    default:
      faults.push(`-a: unknown action '${verb.toLowerCase()}'${suggest(verb, verbs)}`)
      return undefined
  }
}
