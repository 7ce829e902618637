/** What a classic LIST or ENUMERATE shows of an answer, in every format. */
import type {ShownOnly} from '../../domain/inventory/record-output.js'
import {matchesState} from '../../domain/machine/vm-states.js'
import type {EnumerateData, ListData, RunningMachine} from '../../domain/work/answers.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {hostRow} from '../find/machine-record.js'

/** With the machines alone that were asked for. */
export function shownOutcome(outcome: Outcome, only: ShownOnly | undefined): Outcome {
  if (only === undefined || outcome.status !== 'ok') return outcome
  const {data} = outcome
  if (data.kind === 'list') return {...outcome, data: shownList(outcome.host, data, only)}
  return data.kind === 'enumerate' ? {...outcome, data: shownFiles(data, only)} : outcome
}

/** Of the types and users that the call asks for; the host itself is of type PM. */
export function shownList(host: string, data: ListData, {types, owners}: ShownOnly = {}): ListData {
  const isShown = (machine: RunningMachine) =>
    (types?.includes(machine.type) ?? true) && (owners === undefined || owners.names.includes(machine[owners.by]))
  const {host: self, ...rest} = data
  const isHostShown = self !== undefined && isShown(hostRow(host, self).machine)
  return {...rest, machines: data.machines.filter(isShown), ...(isHostShown && {host: self})}
}

/** Of the types and states that the call asks for. */
export function shownFiles(data: EnumerateData, {types, states}: ShownOnly = {}): EnumerateData {
  const machines = data.machines.filter(
    ({type, interfaces}) =>
      (types?.includes(type) ?? true) && (states === undefined || matchesState(interfaces[0]?.vmState ?? '', states)),
  )
  return {...data, machines}
}
