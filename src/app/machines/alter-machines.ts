/** Changes of machines that are off: remove, resize, set, compress, snapshots, and whether they start with their host. */
import {UsageError} from '../../domain/errors.js'
import type {CommandContext, HostScan} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import type {Change} from '../../domain/work/alter.js'
import {hostNameOf} from '../../lib/host-name.js'
import {parseSettings} from '../../parse/make/parse-settings.js'
import {parseSize} from '../../parse/make/sizes.js'
import {type MachineInput, workOnMachines} from '../run/act-on-machines.js'
import {confirm} from '../run/confirm-many.js'
import type {Steps} from '../run/place-machines.js'
import {runOrPlan} from '../run/run-or-plan.js'
import {planWork, runTasks} from '../run/run-tasks.js'
import {mergeStored} from './stored.js'

type Done = RunResult | PlanResult

const stepsOf =
  (change: Change): Steps =>
  (machine) => [{verb: 'alter', ask: {machine, change}}]

/** The boot image grows; an image only grows. */
export async function resizeMachines(
  {size, ...words}: MachineInput & {readonly size: string},
  context: CommandContext,
): Promise<Done> {
  const bytes = parseSize(size, 'G')
  if (bytes === undefined) throw new UsageError([`--size: '${size}' is no size, such as 20G`])
  return runOrPlan(await workOnMachines(words, stepsOf({what: 'resize', size: bytes}), context), context)
}

/** Keys of the configuration; afterwards the inventory has them. */
export async function setMachines(
  {settings, ...input}: MachineInput & {readonly settings: readonly string[]},
  context: CommandContext,
): Promise<Done> {
  const faults: string[] = []
  const parsed = parseSettings(settings, faults)
  if (faults.length > 0) throw new UsageError(faults, 'ctys help machines')
  const {dryRun, ...work} = await workOnMachines(input, stepsOf({what: 'set', settings: parsed}), context)
  const machines = work.more?.length ?? 0
  const own = parsed.find(({key, value}) => /^(?:UUID|MAC\d*|IP\d*)$/.test(key) && value !== '')
  if (own !== undefined && machines > 0)
    throw new UsageError([`${own.key} is for one machine, not for ${machines + 1}`])
  if (dryRun) return planWork(work, context)
  const done = await runTasks(work, context)
  await mergeStored(done, context)
  return done
}

export async function compressMachines(input: MachineInput, context: CommandContext): Promise<Done> {
  return runOrPlan(await workOnMachines(input, stepsOf({what: 'compress'}), context), context)
}

export async function autostartMachines(
  {how, ...input}: MachineInput & {readonly how: 'on' | 'off' | 'list'},
  context: CommandContext,
): Promise<Done> {
  return runOrPlan(await workOnMachines(input, stepsOf({what: 'autostart', how}), context), context)
}

export interface SnapshotInput extends MachineInput {
  readonly how: 'list' | 'save' | 'load' | 'delete'
  readonly name: string
}

export async function snapshotMachines({how, name, ...words}: SnapshotInput, context: CommandContext): Promise<Done> {
  if (how === 'list' ? name !== '' : !/^[A-Za-z0-9_.-]{1,128}$/.test(name)) {
    throw new UsageError([
      how === 'list' ? 'list takes no name' : `'${name}' is no name of a snapshot: letters, digits, _ . -`,
    ])
  }
  return runOrPlan(await workOnMachines(words, stepsOf({what: 'snapshot', how, name}), context), context)
}

/** Shows the files and asks, unless it was told to go on; then they are gone, and the machine from the inventory. */
export async function removeMachines(input: MachineInput, context: CommandContext): Promise<Done> {
  const removal = await workOnMachines({...input, yes: true}, stepsOf({what: 'remove'}), context)
  if (removal.dryRun) return runOrPlan(removal, context)
  if (input.yes !== true) {
    const reading = await workOnMachines({...input, yes: true}, stepsOf({what: 'files'}), context)
    const seen = await runTasks(reading, context)
    const data = seen.outcomes.flatMap((outcome) =>
      outcome.status === 'ok' && outcome.data.kind === 'alter' ? [{host: outcome.host, ...outcome.data}] : [],
    )
    if (data.length < seen.outcomes.length) return seen
    const files = data.flatMap(({host, files: own}) => own.map((file) => `${host}:${file}`))
    await confirm(`${files.length} files are removed for good`, files, context)
  }
  const done = await runTasks(removal, context)
  const scans = goneOf(done)
  if (scans.length > 0) await context.inventory.merge(scans, new AbortController().signal)
  return done
}

/** A path that was looked at and holds no machine any more. */
function goneOf({outcomes, plan}: RunResult): readonly HostScan[] {
  return outcomes.flatMap((outcome) => {
    const task = plan.tasks.find(({id}) => id === outcome.taskId)
    if (outcome.status !== 'ok' || outcome.data.kind !== 'alter' || task === undefined) return []
    const {id} = outcome.data
    return [{host: hostNameOf(task.target), type: task.type, records: [], searched: [id], kept: []}]
  })
}
