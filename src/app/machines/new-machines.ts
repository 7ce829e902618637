/** `ctys new`: machines from nothing, spread over hosts; afterwards they are in the inventory. */
import {createHash} from 'node:crypto'
import {UsageError} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {AppContext, HostScan} from '../../domain/ports/ports.js'
import type {MakeResult} from '../../domain/results/make.js'
import {type PlanResult, planResult} from '../../domain/results/run.js'
import {hostNameOf, type Target} from '../../domain/target.js'
import type {NewMachine} from '../../domain/work/make.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import {readInput} from '../../lib/regular-file.js'
import {recordsOf} from '../../lib/scan-records.js'
import {type NewInput, type NewRequest, parseNew} from '../../parse/make/parse-new.js'
import {mostUserData, parseSeed, type Seed, seedOf} from '../../parse/make/seed.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import {type MakeWork, planMaking, runMaking} from '../run/make-tasks.js'
import {expandTargets} from '../targets/expand-targets.js'
import {type Identities, identities} from './identities.js'

export interface NewCall extends NewInput {
  readonly type: string
  readonly hosts: readonly string[]
  /** Directory in which those of the machines are made; relative = below the home directory. */
  readonly base: string
  /** Files of this machine: public keys, and user-data for cloud-init. */
  readonly keyFiles: readonly string[]
  readonly userDataFile?: string | undefined
  readonly dryRun: boolean
  readonly user?: string | undefined
}

export async function newMachines(call: NewCall, context: AppContext): Promise<MakeResult | PlanResult> {
  const faults: string[] = []
  const request = parseNew(call, faults)
  const seed = await readSeed(call, faults)
  const targets = parseTargets(await expandTargets(call.hosts, context, faults), call.user, faults)
  if (/[\0\n]/.test(call.base)) faults.push('--dir: a line end or NUL cannot stand in the name of a directory')
  if (faults.length > 0) throw new UsageError(faults, 'ctys new --help')
  const records = await context.inventory.all()
  const taken = identities(records)
  if (request.mac !== undefined) taken.claimMac(request.mac, faults)
  if (request.uuid !== undefined) taken.claimUuid(request.uuid, faults)
  if (faults.length > 0) throw new UsageError(faults, 'leave it out: a free one is chosen')
  const base = call.base
  const twice = namesakes(request.labels, {targets, base}, records, context.localName)
  if (twice.length > 0)
    throw new UsageError(twice, 'take another name: two machines of one name on one host are hard to tell apart')
  const serial = serialOf(context.now())
  const work = targets.map((target): MakeWork => ({target, ask: {base, serial, machines: []}}))
  const spread = work.map(({target, ask}, index) => ({
    target,
    ask: {
      ...ask,
      machines: request.labels
        .filter((_, n) => n % work.length === index)
        .map((label) => toMachine(label, {request, seed, taken})),
    },
  }))
  const [first, ...rest] = spread.filter(({ask}) => ask.machines.length > 0)
  if (first === undefined) throw new UsageError(['no machine is named'])
  const plan = planMaking(call.type.toUpperCase(), [first, ...rest], context)
  if (call.dryRun) return planResult(plan)
  const outcomes = await runMaking(plan, context)
  const scans = scansOf(outcomes, plan, context)
  // it is not given up when the user interrupts: what was made is there
  if (scans.length > 0) await context.inventory.merge(scans, new AbortController().signal)
  return {kind: 'make', plan, outcomes}
}

interface Making {
  readonly request: NewRequest
  readonly seed: Seed | undefined
  readonly taken: Identities
}

function toMachine(label: string, {request: {template, mac, uuid}, seed, taken}: Making): NewMachine {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([label, template, mac ?? '', uuid ?? '', seed ?? '']))
    .digest('hex')
    .slice(0, 32)
  const macs = template.net === 'none' && mac === undefined ? [] : [mac ?? taken.newMac()]
  const own = uuid ?? taken.newUuid()
  return {label, uuid: own, macs, ...template, ...(seed && {seed: seedOf(seed, {label, uuid: own})}), fingerprint}
}

/** What cannot be read is a fault. */
async function readSeed({keyFiles, userDataFile}: NewCall, faults: string[]): Promise<Seed | undefined> {
  const read = async (flag: string, name: string) => {
    try {
      return {name, text: (await readInput(name, {maxBytes: mostUserData, what: 'what a guest is told'})).toString()}
    } catch (error) {
      faults.push(`${flag}: ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  const keys = await Promise.all(keyFiles.map((name) => read('--ssh-key', name)))
  const userData = userDataFile === undefined ? undefined : await read('--user-data', userDataFile)
  if (faults.length > 0) return undefined
  return parseSeed({keys: keys.flatMap((key) => key ?? []), ...(userData && {userData})}, faults)
}

/** Names that a host has already for a machine which lies elsewhere; one in its place is looked at on the host. */
function namesakes(
  labels: readonly string[],
  {targets, base}: {readonly targets: readonly Target[]; readonly base: string},
  records: readonly InventoryRecord[],
  localName: string,
): readonly string[] {
  const places = new Map(
    labels.map((label, n) => [label, hostNameOf(targets[n % targets.length] ?? {host: ''}, localName)]),
  )
  const parts = base.replace(/^~(?:\/|$)/, '').split('/')
  const below = parts
    .filter((part) => part !== '' && part !== '.')
    .map((part) => `/${part}`)
    .join('')
  const faults = records.flatMap(({label, host, id}) => {
    const own = `${below}/${label}/${label}.ctys`
    return places.get(label) !== host || (base.startsWith('/') ? id === own : id.endsWith(own))
      ? []
      : [`${host} has a machine ${label} already: ${id}`]
  })
  return [...new Set(faults)]
}

/** YYYYMMDDhhmmss in UTC, the form of SERNO. */
function serialOf(now: Date): string {
  return now.toISOString().replace(/\D/g, '').slice(0, 14)
}

/** What the hosts now say of what was made; nothing is removed by it. */
function scansOf(outcomes: readonly Outcome[], {tasks}: Plan, {localName, now}: AppContext): readonly HostScan[] {
  const observedAt = `${now().toISOString().slice(0, 19)}Z`
  return outcomes.flatMap((outcome): readonly HostScan[] => {
    const task = tasks.find(({id}) => id === outcome.taskId)
    if (outcome.status !== 'ok' || outcome.data.kind !== 'make' || task === undefined) return []
    const host = hostNameOf(task.target, localName)
    const records = outcome.data.stored.flatMap((machine) => recordsOf(machine, {host, observedAt}))
    return records.length === 0 ? [] : [{host, type: task.type, records, searched: [], kept: []}]
  })
}
