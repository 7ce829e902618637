/**
 * Where a command without a host acts on a machine that has several places: where it runs; else, for a start, on the
 * host with the least to do. Which that is, is asked of the hosts themselves, in one round.
 */
import {LookupError, PreconditionError, UsageError} from '../domain/errors.js'
import {formatAddress, type MachineAddress} from '../domain/machine-address.js'
import type {MachineRecords} from '../domain/machine-records.js'
import type {AppContext} from '../domain/ports.js'
import type {Target} from '../domain/target.js'
import {type Cost, chooseByLoad, recordedLoads} from '../resolve/choose-by-load.js'
import {hostTarget} from './host-target.js'
import {type Looks, lookAtHosts, processOf} from './look-at-hosts.js'

export interface Wish {
  readonly machine: MachineAddress
  /** `act`: the machine has to run for it. */
  readonly purpose: 'start' | 'act'
  readonly cost: Cost
  /** Hosts the user knows it does not run on; they are not asked, and not chosen. */
  readonly notOn: ReadonlySet<string>
  readonly user: string | undefined
  /** Contact nobody: by what is recorded. */
  readonly dryRun: boolean
}

export interface Choice {
  readonly target: Target
  /** Why this one of several. */
  readonly because?: string
  /** What was seen on the way. */
  readonly looks: Looks
}

/**
 * `places`: the paths of one machine. Throws LookupError MACHINE_AMBIGUOUS when it runs at more than one place and
 * one is to be acted on, PreconditionError MAY_RUN_ELSEWHERE when it is seen nowhere and not every host answered.
 */
export async function choosePlace(places: readonly MachineRecords[], wish: Wish, context: AppContext): Promise<Choice> {
  const {machine, purpose, cost, notOn, user, dryRun} = wish
  const {localName} = context
  const all = [...new Set(places.map(([{host}]) => host.toLowerCase()))]
  const names = all.filter((name) => !notOn.has(name))
  if (names.length === 0) throw new UsageError([`--not-on leaves no host for ${formatAddress(machine)}`])
  const [only = '', ...others] = names
  const targetOf = (name: string) => hostTarget(name, localName, user)
  if (all.length < 2 || (others.length === 0 && purpose === 'start')) return {target: targetOf(only), looks: new Map()}
  if (dryRun) {
    const {host, because} = chooseByLoad(recordedLoads(names, await context.inventory.all()), cost, 'recorded')
    return {target: targetOf(host), because: `${because}; where it runs, if it does`, looks: new Map()}
  }
  const type = places[0]?.[0].type.toUpperCase() ?? ''
  const looks = await lookAtHosts(names, {type, user}, context)
  const isRunning = ([{host}]: MachineRecords) => {
    const look = looks.get(host.toLowerCase())
    return look?.answered === true && places.some((place) => processOf(place, look.running) !== undefined)
  }
  const [there, ...more] = new Set(places.filter(isRunning).map(([{host}]) => host.toLowerCase()))
  if (there !== undefined && (more.length === 0 || purpose === 'start')) {
    return {target: targetOf(there), because: 'it runs there', looks}
  }
  const label = formatAddress(machine)
  if (there !== undefined) {
    throw new LookupError('MACHINE_AMBIGUOUS', `${label} runs on ${[there, ...more].join(' and ')}`, {
      hint: 'name one of these hosts',
    })
  }
  const silent = [...looks].filter(([, look]) => !look.answered).map(([name]) => name)
  if (silent.length > 0) throw mayRunOn(silent, {label, purpose, looks})
  if (purpose === 'act') return {target: targetOf(only), because: 'it runs at none of its places', looks}
  const loads = [...looks].map(([host, look]) => ({host, count: look.answered ? look.running.length : 0}))
  const {host, because} = chooseByLoad(loads, cost, 'running')
  return {target: targetOf(host), because, looks}
}

function mayRunOn(
  silent: readonly string[],
  {label, purpose, looks}: {readonly label: string; readonly purpose: Wish['purpose']; readonly looks: Looks},
): PreconditionError {
  const [first = ''] = silent
  const details = silent.map((name) => {
    const look = looks.get(name)
    return `${name}: ${look === undefined || look.answered ? '' : `${look.error.code}: ${look.error.message}`}`
  })
  return new PreconditionError('MAY_RUN_ELSEWHERE', `${label} may run on ${silent.join(', ')}, which did not answer`, {
    hint:
      purpose === 'start'
        ? `if you know that it does not run there: --not-on ${first}`
        : 'name the host on which it is to be done',
    details,
  })
}
