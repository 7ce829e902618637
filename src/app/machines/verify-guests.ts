/**
 * `ctys guests verify`: makes a machine for each guest, starts it, waits for its word on the serial console, ends and
 * removes it; what booted is kept as evidence. The same use cases as those of the commands do it.
 */
import {toErrorInfo} from '../../domain/errors.js'
import type {Guest, GuestBoot, GuestSeen} from '../../domain/ports/guests.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {GuestsResult, VerifiedGuest} from '../../domain/results/guests.js'
import type {MakeResult} from '../../domain/results/make.js'
import type {PlanResult} from '../../domain/results/run.js'
import type {NewInput} from '../../parse/make/new-words.js'
import {runStop} from '../run/run-command.js'
import {removeMachines} from './alter-machines.js'
import {showGuests} from './list-guests.js'
import {newMachines} from './new-machines.js'

export interface VerifyInput {
  readonly type: string
  readonly user?: string | undefined
  /** None: every guest that has something to boot from. */
  readonly names: readonly string[]
  /** This machine, where none is named. */
  readonly host?: string | undefined
  readonly dir: string
  /** In place of what the guest says; for one guest. */
  readonly boot: GuestBoot
  readonly expect?: string | undefined
  readonly timeoutMs: number
  readonly dryRun: boolean
}

export async function verifyGuests(input: VerifyInput, context: CommandContext): Promise<GuestsResult | PlanResult> {
  const {names} = input
  const {guests: all} =
    names.length > 0 ? await showGuests(names, context.guests) : {guests: await context.guests.all()}
  const isGiven = Object.keys(input.boot).length > 0
  const guests = names.length > 0 || isGiven ? all : all.filter(({boot}) => boot !== undefined)
  const verified: VerifiedGuest[] = []
  const plans: PlanResult[] = []
  for (const guest of guests) {
    if (context.signal.aborted) break
    const result = await verifyGuest(guest, input, context)
    if ('kind' in result) plans.push(result)
    else verified.push(result)
  }
  const [plan, ...more] = plans
  if (plan !== undefined) {
    const tasks = [plan, ...more].flatMap((one) => one.plan.tasks)
    return {...plan, plan: {...plan.plan, tasks: tasks.map((task, n) => ({...task, id: String(n + 1)}))}}
  }
  const date = context.now().toISOString().slice(0, 10)
  const seen = verified.flatMap(({name, state, qemu}): GuestSeen[] =>
    state === 'booted' && qemu !== '' ? [{name, date, qemu}] : [],
  )
  // what was seen was seen, also by one who interrupts
  if (seen.length > 0) await context.guests.saw(seen, new AbortController().signal)
  const after = new Map((await context.guests.all()).map((guest) => [guest.name, guest]))
  const shown = guests.map((guest) => after.get(guest.name) ?? guest)
  return {kind: 'guests', how: 'verify', guests: shown, words: names, verified}
}

async function verifyGuest(
  guest: Guest,
  input: VerifyInput,
  context: CommandContext,
): Promise<VerifiedGuest | PlanResult> {
  const {name, expect, steps = []} = guest
  const {host = 'localhost', type, user, dir, timeoutMs, dryRun} = input
  const boot = Object.keys(input.boot).length > 0 ? input.boot : (guest.boot ?? {})
  const base = {name, host, qemu: ''}
  if (boot.kernel === undefined && boot.image === undefined && boot.cdrom === undefined)
    return {...base, state: 'skipped'}
  const label = `verify-${name}`
  const pattern = input.expect ?? expect
  const wait = pattern === undefined ? 'ready' : `ready:${pattern}`
  const {full, ...media} = boot
  const words: NewInput = {
    ...{name: label, hosts: [host], dir, guest: name, net: 'none', size: '64M', ...media},
    ...(boot.image !== undefined && {size: undefined, full: full === 'true'}),
  }
  const own = {type, user, dryRun, machine: label, targets: [host], yes: true}
  try {
    const made = await newMachines(
      {
        type,
        user,
        words,
        dryRun,
        yes: true,
        start: true,
        wait,
        readyMs: timeoutMs,
        steps: steps.length > 0 || undefined,
      },
      context,
    )
    if (made.kind === 'plan') return made
    const result = resultOf(made, base)
    if (made.started !== undefined) await runStop({...ownOf(own), how: 'poweroff', force: true, graceMs: 0}, context)
    if (made.outcomes.some(({status}) => status === 'ok')) await removeMachines(ownOf(own), context)
    return result
  } catch (error) {
    return {...base, state: 'failed', error: toErrorInfo(error)}
  }
}

function ownOf({
  user,
  ...rest
}: {readonly user?: string | undefined} & Omit<Parameters<typeof removeMachines>[0], 'user'>) {
  return {...rest, ...(user !== undefined && {user})}
}

type Base = Pick<VerifiedGuest, 'name' | 'host' | 'qemu'>

function resultOf({outcomes, started}: MakeResult, base: Base): VerifiedGuest {
  for (const outcome of [...outcomes, ...(started?.outcomes ?? [])]) {
    if ('error' in outcome) return {...base, state: 'failed', error: outcome.error}
    if (outcome.status !== 'ok') continue
    if (outcome.data.kind === 'make' && outcome.data.notMade[0] !== undefined) {
      const [{code, reason, hint}] = [outcome.data.notMade[0]]
      return {...base, state: 'failed', error: {code, message: reason, ...(hint !== undefined && {hint})}}
    }
    if (outcome.data.kind !== 'create') continue
    const {machine, readyMs, notDone: [late] = []} = outcome.data
    const qemu = /^\d[\d.]*/.exec(machine.version)?.[0] ?? ''
    if (readyMs !== undefined) return {...base, qemu, state: 'booted', ms: readyMs}
    const message = late === undefined ? 'it did not say that it is ready' : `${late.asked}: ${late.reason}`
    return {...base, qemu, state: 'failed', error: {code: 'NOT_SEEN', message}}
  }
  return {...base, state: 'failed', error: {code: 'NOT_SEEN', message: 'nothing was started'}}
}
