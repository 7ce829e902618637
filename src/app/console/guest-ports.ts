/** `ctys ssh` and `ctys forward`: into a guest, by way of the host it runs on. */
import {isIP} from 'node:net'
import {LookupError, UsageError} from '../../domain/errors.js'
import {formatAddress} from '../../domain/machine/machine-address.js'
import type {CommandContext, GuestLogin} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, type RunResult} from '../../domain/results/run.js'
import {formatTarget, isLocal} from '../../domain/target.js'
import {here} from '../../lib/command-on.js'
import {type MachineInput, workOnMachines} from '../run/act-on-machines.js'
import {planWork} from '../run/run-tasks.js'
import {onMachine} from './on-machine.js'

export interface SshInput extends MachineInput {
  /** Account in the guest; absent: ssh decides. */
  readonly guestUser?: string | undefined
  /** Words for the guest's shell, as ssh(1) takes them; none: a login. */
  readonly command: readonly string[]
}

/** Hands a login to whoever calls ssh(1). Throws LookupError where no address of the guest is recorded. */
export async function logIntoGuest(input: SshInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const work = await workOnMachines(input, (machine) => [{verb: 'forward', ask: {machine, port: 22}}], context)
  const planned = await planWork(work, context)
  const [task, ...more] = planned.plan.tasks
  if (more.length > 0) throw new UsageError(['that is one machine on one host, and these are several'])
  if (task === undefined || input.dryRun || !('machine' in task.ask) || task.ask.machine === 'all') return planned
  const {record, target} = task
  const name = record?.label || formatAddress(task.ask.machine)
  const address = record?.tcp ?? ''
  if (isIP(address) === 0) {
    throw new LookupError('MACHINE_NOT_FOUND', `${name}: the inventory has no address of the guest`, {
      hint: `set IP0 in its configuration, then: ${here`ctys scan ${formatTarget(target)}`}`,
    })
  }
  const login: GuestLogin = {
    name,
    address,
    key: record?.uuid || `${name}@${formatTarget(target)}`,
    ...(isLocal(target) ? {} : {by: formatTarget(target)}),
    ...(input.guestUser !== undefined && {user: input.guestUser}),
    command: input.command,
  }
  await context.loginToGuest?.(login)
  return answersResult({tasks: [], refused: []}, [])
}

export interface ForwardInput extends MachineInput {
  /** Port of the guest. */
  readonly port: number
}

/** Until the person leaves: connections to a port of this machine are ones to a port of the guest. */
export async function forwardToGuest(input: ForwardInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const {port} = input
  return onMachine(input, (machine) => ({verb: 'forward', ask: {machine, port}}), context)
}

/** `LOCAL:PORT`, or `PORT` for the same on both sides. Throws UsageError. */
export function parseForward(text: string): {readonly local: number; readonly port: number} {
  const [, local = '', port = local] = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(text) ?? []
  const [from, to] = [Number(local), Number(port)]
  if (local === '' || from > 65_535 || to < 1 || to > 65_535) {
    throw new UsageError([`'${text}' is not LOCAL:PORT, two ports`], 'ctys forward web01 8080:80')
  }
  return {local: from, port: to}
}
