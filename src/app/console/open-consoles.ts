/** `ctys console` of several machines: each in a window of its own. */
import {LookupError} from '../../domain/errors.js'
import {formatAddress} from '../../domain/machine/machine-address.js'
import type {ConsoleSeat} from '../../domain/ports/console-client.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import {formatTarget} from '../../domain/target.js'
import type {RunningMachine} from '../../domain/work/answers.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {workOnMachines} from '../run/act-on-machines.js'
import {planWork} from '../run/run-tasks.js'
import {readMachineWords} from './machine-words.js'
import {askRunning, planRunning} from './running-machines.js'

export interface ConsolesInput {
  readonly type: string
  /** Machines, patterns, hosts and groups; without a machine every one that runs on the hosts. */
  readonly words: readonly string[]
  readonly user?: string
  readonly dryRun: boolean
  /** Who it is. */
  readonly who: string
}

/** Returns when the windows are closed, or were handed to somebody: with the hosts that could not be asked. */
export async function openConsoles(input: ConsolesInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const {machines, hosts} = await readMachineWords(input.words, undefined, context)
  return machines.length > 0 ? ofNamed(machines, hosts, input, context) : ofRunning(hosts, input, context)
}

async function ofNamed(
  [machine, ...more]: readonly string[],
  hosts: readonly string[],
  {type, user, dryRun, who}: ConsolesInput,
  context: CommandContext,
): Promise<RunResult | PlanResult> {
  const machineInput = {
    type,
    dryRun,
    machine,
    targets: [...more, ...hosts],
    yes: true,
    ...(user !== undefined && {user}),
  }
  const work = await workOnMachines(
    machineInput,
    (address) => [{verb: 'console', ask: {machine: address, mode: 'attach', who}}],
    context,
  )
  const planned = await planWork(work, context)
  if (dryRun) return planned
  const {plan} = planned
  const seats = plan.tasks.flatMap(({target, ask, record}): readonly ConsoleSeat[] => {
    if (!('machine' in ask) || ask.machine === 'all') return []
    const address = formatAddress(ask.machine)
    return [{name: record?.label || ask.machine.label || address, host: formatTarget(target), machine: address}]
  })
  return seated(seats, plan.refused, context)
}

async function ofRunning(
  hosts: readonly string[],
  {type, user, dryRun}: ConsolesInput,
  context: CommandContext,
): Promise<RunResult | PlanResult> {
  const question = await planRunning(hosts, {type: type.toUpperCase(), user}, context)
  if (dryRun) return planResult(question)
  const {running, failed} = await askRunning(question, context)
  const seats = running.flatMap(({target, machines}) =>
    machines.map((machine) => ({
      name: machine.label || `pid${machine.pid}`,
      host: formatTarget(target),
      machine: addressAmong(machine, machines),
    })),
  )
  return seated(seats, [...question.refused, ...failed], context)
}

/** Its label goes on when it is started anew; where two have it, or none, its process is meant. */
function addressAmong({label, pid}: RunningMachine, all: readonly RunningMachine[]): string {
  const isOnly = label !== '' && all.filter((other) => other.label.toLowerCase() === label.toLowerCase()).length === 1
  return isOnly ? `l:${label}` : `pid:${pid}`
}

async function seated(
  seats: readonly ConsoleSeat[],
  failed: readonly Outcome[],
  {windows}: CommandContext,
): Promise<RunResult> {
  if (seats.length === 0 && failed.length === 0) {
    throw new LookupError('NOT_RUNNING', 'no machine runs there', {hint: 'ctys list @all shows what runs'})
  }
  if (seats.length > 0) await windows?.open(withOwnNames(seats))
  return answersResult({tasks: [], refused: failed}, failed)
}

/** Two of one name have that of their host too. */
function withOwnNames(seats: readonly ConsoleSeat[]): readonly ConsoleSeat[] {
  return seats.map((seat) => {
    const isOnly = seats.filter(({name}) => name === seat.name).length === 1
    return isOnly ? seat : {...seat, name: `${seat.name}@${seat.host}`}
  })
}
