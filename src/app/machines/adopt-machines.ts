/** `ctys adopt`: what hosts have of machines that are none of ctys, and two files for each that is to be one. */
import {UsageError} from '../../domain/errors.js'
import type {CommandContext, HostScan} from '../../domain/ports/ports.js'
import type {AdoptResult, AdoptRow} from '../../domain/results/adopt.js'
import {type PlanResult, planResult} from '../../domain/results/run.js'
import {formatTarget, type Target} from '../../domain/target.js'
import type {AdoptData, Adoption} from '../../domain/work/adopt.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import {globPattern, isGlob} from '../../lib/glob.js'
import {hostNameOf} from '../../lib/host-name.js'
import {recordsOf} from '../../lib/scan-records.js'
import {splitPercent} from '../../lib/split-suboptions.js'
import {checkUser, parseTargets} from '../../parse/target/parse-target.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import {type AdoptWork, planAdopting, runMaking} from '../run/make-tasks.js'
import {expandTargets} from '../targets/expand-targets.js'
import {type Identities, identities} from './identities.js'

export interface AdoptCall {
  readonly type: string
  readonly hosts: readonly string[]
  readonly basePaths: readonly string[]
  /** Names and patterns of names; none = every machine. */
  readonly only: readonly string[]
  /** Directory below which each gets one of its own; absent = beside its image. */
  readonly dir?: string | undefined
  /** Also what another tool owns. */
  readonly foreign: boolean
  readonly write: boolean
  readonly dryRun: boolean
  readonly user?: string | undefined
}

export async function adoptMachines(call: AdoptCall, context: CommandContext): Promise<AdoptResult | PlanResult> {
  const faults: string[] = []
  checkUser('-l', call.user, faults)
  const targets = parseTargets(await expandTargets(call.hosts, context, faults), call.user, faults)
  const basePaths = call.basePaths.flatMap((list) => {
    const bases = splitPercent(list).filter((base) => base !== '')
    if (bases.length === 0) faults.push(`--base '${list}' names no directory`)
    return bases
  })
  for (const name of call.only) if (name === '') faults.push('--only names no machine')
  if (call.dir !== undefined && (call.dir === '' || /[\0\n"]/.test(call.dir))) {
    faults.push(`--dir '${call.dir}' is no name of a directory`)
  }
  if (faults.length > 0) throw new UsageError(faults, 'ctys adopt --help')
  const type = call.type.toUpperCase()
  const plan = planQuestion({type, action: {verb: 'adoptable', ask: {basePaths}}, targets}, context)
  if (call.dryRun) return planResult(plan)
  const looked = await askHosts(plan, context)
  const taken = identities(await context.inventory.all())
  const found = looked.flatMap((outcome) => rowsOf(outcome, call, taken))
  const base = {kind: 'adopt', writes: call.write, only: call.only} as const
  if (!call.write) return {...base, plan, outcomes: looked, machines: found}
  const {rows, writing, outcomes} = await writeAll(found, {type, plan, call}, context)
  return {
    ...base,
    plan: {...plan, tasks: [...plan.tasks, ...writing]},
    outcomes: [...looked, ...outcomes],
    machines: rows,
  }
}

function rowsOf(outcome: Outcome, call: AdoptCall, taken: Identities): readonly AdoptRow[] {
  if (outcome.status !== 'ok' || outcome.data.kind !== 'adoptable') return []
  const patterns = call.only.filter(isGlob).map(globPattern)
  const isWanted = ({label}: Adoption) =>
    call.only.length === 0 || call.only.includes(label) || patterns.some((pattern) => pattern.test(label))
  return outcome.data.machines.filter(isWanted).map((found): AdoptRow => {
    const machine = found.how === 'image' ? {...found, macs: [taken.newMac()], uuid: taken.newUuid()} : found
    const directory = call.dir === undefined ? machine.directory : `${call.dir.replace(/\/+$/, '')}/${machine.label}`
    const refusals = machine.refusals.length > 0 ? machine.refusals : misplaced(machine, directory, call.dir)
    const base = {...machine, directory, refusals, host: outcome.host}
    if (machine.owner !== undefined && !call.foreign) return {...base, state: 'owned'}
    if (refusals.length > 0) return {...base, state: 'refused'}
    const at = `${directory}/${machine.label}`
    return {...base, state: 'ready', config: `${at}.ctys`, wrapper: `${at}.sh`}
  })
}

function misplaced({workDirectory}: Adoption, directory: string, dir: string | undefined): readonly string[] {
  if (dir !== undefined && workDirectory !== undefined) {
    return [`its call has paths relative to ${workDirectory}, so its files lie beside its image: leave --dir out`]
  }
  const isWritable = directory !== '' && !directory.includes('"')
  return isWritable ? [] : ['it has no image that is a file, to write beside: say where with --dir DIRECTORY']
}

interface Written {
  readonly rows: readonly AdoptRow[]
  readonly writing: Plan['tasks']
  readonly outcomes: readonly Outcome[]
}

async function writeAll(
  found: readonly AdoptRow[],
  {type, plan, call}: {readonly type: string; readonly plan: Plan; readonly call: AdoptCall},
  context: CommandContext,
): Promise<Written> {
  const serial = context.now().toISOString().replace(/\D/g, '').slice(0, 14)
  const work = plan.tasks.flatMap(({target}): readonly AdoptWork[] => {
    const machines = found.filter(({host, state}) => state === 'ready' && host === formatTarget(target))
    if (machines.length === 0) return []
    const own = machines.map(({host: _, state: __, config: ___, wrapper: ____, error: _____, ...machine}) => machine)
    return [{target, ask: {machines: own, makes: call.dir !== undefined, serial}}]
  })
  const [first, ...rest] = work
  if (first === undefined) return {rows: found, writing: [], outcomes: []}
  const planned = planAdopting(type, [first, ...rest], context)
  const writing = planned.tasks.map((task) => ({...task, id: `write-${task.id}`}))
  const outcomes = await runMaking({...planned, tasks: writing}, context)
  const targets = new Map(writing.map(({id, target}) => [id, target]))
  const done = new Map(outcomes.map((outcome) => [outcome.host, outcome]))
  const rows = found.map((row) => (row.state === 'ready' ? withOutcome(row, done.get(row.host)) : row))
  const scans = outcomes.flatMap((outcome) => scansOf(outcome, targets.get(outcome.taskId), {rows, type}, context))
  // it is not given up when the user interrupts: what was written is there
  if (scans.length > 0) await context.inventory.merge(scans, new AbortController().signal)
  return {rows, writing, outcomes}
}

function withOutcome(row: AdoptRow, outcome: Outcome | undefined): AdoptRow {
  const data = outcome?.status === 'ok' && outcome.data.kind === 'adopt' ? outcome.data : undefined
  const written = data?.machines.find(({label}) => label === row.label)
  if (written !== undefined) return {...row, state: 'written', config: written.config, wrapper: written.wrapper}
  const fault = data?.notWritten.find(({label}) => label === row.label)
  if (fault === undefined) return {...row, state: 'notWritten'}
  const {label: _, ...error} = fault
  return {...row, state: 'notWritten', error}
}

/** What the host now says of them; what they were recorded as before, a script or an image, they are no more. */
function scansOf(
  outcome: Outcome,
  target: Target | undefined,
  {rows, type}: {readonly rows: readonly AdoptRow[]; readonly type: string},
  {now}: CommandContext,
): readonly HostScan[] {
  if (outcome.status !== 'ok' || outcome.data.kind !== 'adopt' || target === undefined) return []
  const {stored}: AdoptData = outcome.data
  const host = hostNameOf(target)
  const observedAt = `${now().toISOString().slice(0, 19)}Z`
  const records = stored.flatMap((machine) => recordsOf(machine, {host, observedAt}))
  const own = rows.filter((row) => row.host === outcome.host && row.state === 'written')
  const gone = ['SCRIPT', 'IMAGE'].flatMap((before): readonly HostScan[] => {
    const searched = own.flatMap(({foundAs, path, disks}) =>
      foundAs === before ? [path] : foundAs === 'PROCESS' ? [path, ...disks] : [],
    )
    return [{host, type: before, records: [], searched: searched.filter((path) => path !== ''), kept: []}]
  })
  return [{host, type, records, searched: [], kept: []}, ...gone.filter(({searched}) => searched.length > 0)]
}
