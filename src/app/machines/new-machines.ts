/** `ctys new`: machines from nothing, spread over hosts; afterwards they are in the inventory. */
import {UsageError} from '../../domain/errors.js'
import type {CommandContext, HostScan} from '../../domain/ports/ports.js'
import type {MakeResult} from '../../domain/results/make.js'
import {type PlanResult, planResult} from '../../domain/results/run.js'
import type {Target} from '../../domain/target.js'
import type {GuestSystem} from '../../domain/work/make.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import {hostNameOf} from '../../lib/host-name.js'
import {plural} from '../../lib/plural.js'
import {recordsOf} from '../../lib/scan-records.js'
import type {NewInput} from '../../parse/make/new-words.js'
import {type NewRequest, parseNew} from '../../parse/make/parse-new.js'
import type {Seed} from '../../parse/make/seed.js'
import {type Installer, parseUnattended} from '../../parse/make/unattended.js'
import {parseReady} from '../../parse/request/parse-ready.js'
import {parseSteps} from '../../parse/request/parse-steps.js'
import {checkUser, parseTargets} from '../../parse/target/parse-target.js'
import {confirmPlan} from '../run/confirm-many.js'
import {planMaking, runMaking} from '../run/make-tasks.js'
import {expandTargets} from '../targets/expand-targets.js'
import {type AddressesByName, addressesByName} from './address-map.js'
import {withGuest} from './guest-words.js'
import {type Identities, identities} from './identities.js'
import {type FoundImage, findImage} from './images.js'
import {workOf} from './make-work.js'
import {askNew} from './new-dialogue.js'
import {entriesOfFile, entryOfFlags, type NewEntry} from './new-entries.js'
import {readSeed} from './read-seed.js'
import {createSpread, type Placed, type Spread} from './spread.js'
import {startMade} from './start-made.js'

export type {NewInput} from '../../parse/make/new-words.js'

export interface NewCall {
  readonly type: string
  /** A file that says what is to be made; then there are no words beside it. */
  readonly file?: string | undefined
  readonly words: NewInput
  readonly dryRun: boolean
  /** Of a file: make it without a question. */
  readonly yes: boolean
  readonly user?: string | undefined
  /** Start them afterwards. */
  readonly start?: boolean
  /** `ready` or `ready:PATTERN`: start them, and wait until their consoles say so. */
  readonly wait?: string | undefined
  readonly readyMs?: number
  /** Start them, and type their steps while they boot. */
  readonly steps?: boolean | undefined
}

/** One entry, read: what its machines have alike, and where they go. */
interface Entry extends NewEntry {
  readonly request: NewRequest
  readonly seed: Seed | undefined
  readonly targets: readonly Target[]
  readonly system?: GuestSystem
  readonly installer: Installer | undefined
  /** Of each name, where the address map has its addresses. */
  readonly addresses?: AddressesByName
}

const mostMachines = 10_000

export async function newMachines(call: NewCall, context: CommandContext): Promise<MakeResult | PlanResult> {
  if (call.file !== undefined) refuseWords(call.words)
  const ready = parseReady(call)
  const {askText} = context
  const isAsked = call.file === undefined && (call.words.name ?? '') === '' && askText !== undefined
  const words = isAsked ? await askNew(call.words, context, askText) : call.words
  const asked = call.file === undefined ? entryOfFlags(words) : await entriesOfFile(call.file, context.documents)
  const faults: string[] = []
  checkUser('-l', call.user, faults)
  if (faults.length > 0) throw new UsageError(faults)
  const entries: Entry[] = []
  for (const one of asked.entries) entries.push(await readEntry(one, call.user, context))
  asked.refuse()
  const count = entries.reduce((sum, {request}) => sum + request.labels.length, 0)
  if (count > mostMachines) throw new UsageError([`${count} machines are more than ${mostMachines} in one call`])
  const records = await context.inventory.all()
  const taken = identities(records)
  const spread = createSpread(records)
  const placed = entries.map((entry) => ({...entry, placed: spread.place(entry.request, entry.targets)}))
  for (const entry of placed) claim(entry, taken, spread)
  asked.refuse('leave it out: a free one is chosen')
  for (const {request, placed: machines, addFault} of placed) {
    for (const fault of spread.namesakes(machines, request.base)) addFault('name', fault)
  }
  asked.refuse('take another name: two machines of one name on one host are hard to tell apart')
  const images = await findImages(placed, context, call.dryRun)
  asked.refuse('ctys images shows what has a name; ctys help machines tells about images')
  const serial = serialOf(context.now())
  const work = placed.flatMap((entry, n) => workOf({...entry, image: images[n]}, serial, taken))
  if (work.length === 0) throw new UsageError(['no machine is named'], 'ctys new --help')
  const plan = planMaking(call.type.toUpperCase(), work, context)
  if (call.dryRun) return planResult(plan)
  if ((call.file !== undefined || isAsked) && !call.yes)
    await confirmPlan(plural(count, 'machine'), planResult(plan), context)
  const outcomes = await runMaking(plan, context)
  const scans = scansOf(outcomes, plan, context)
  // it is not given up when the user interrupts: what was made is there
  if (scans.length > 0) await context.inventory.merge(scans, new AbortController().signal)
  const steps = call.steps === true ? parseSteps(call) : undefined
  const isStart = call.start === true || ready !== undefined || steps !== undefined
  const started =
    isStart && !context.signal.aborted
      ? await startMade(plan, outcomes, {ready, steps, user: call.user}, context)
      : undefined
  return {kind: 'make', plan, outcomes, ...(started && {started})}
}

/** What stands beside a file would be followed for some machines, or for none. */
function refuseWords(words: NewInput): void {
  const faults = Object.entries(words).flatMap(([word, value]) => {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return []
    return [
      word === 'name' ? `'${value}' stands in the file, not beside it` : `--${word} stands in the file, not beside it`,
    ]
  })
  if (faults.length > 0) throw new UsageError(faults, 'give the file alone, or the words without --file')
}

async function readEntry(
  {words: given, addFault, folder}: NewEntry,
  user: string | undefined,
  context: CommandContext,
): Promise<Entry> {
  const faults: string[] = []
  const {words, guest} = await withGuest(given, addFault, context.guests)
  const hosts = await expandTargets(words.hosts ?? [], context, faults)
  const targets = parseTargets(hosts, user, faults)
  for (const fault of faults) addFault('hosts', fault)
  const installer = parseUnattended(words, addFault)
  const seed = await readSeed(words, addFault, folder)
  const request = parseNew(words, addFault)
  const {labels, template, addressesOf: source} = request
  const addresses =
    source && (await addressesByName(source, labels, {addFault, isTold: template.network !== undefined, context}))
  return {
    ...{words, addFault, request, seed, targets, installer},
    ...(folder !== undefined && {folder}),
    ...(guest?.system && {system: guest.system}),
    ...(addresses && {addresses}),
  }
}

type PlacedEntry = Entry & {readonly placed: readonly Placed[]}

/** Addresses that the user gave: those of a machine that is there already are its own. */
function claim(
  {request: {mac, uuid, base}, placed: all, addFault, addresses}: PlacedEntry,
  taken: Identities,
  spread: Spread,
) {
  for (const one of all) {
    const known = addresses?.get(one.label)?.mac
    const fault =
      known === undefined || mac !== undefined
        ? undefined
        : taken.claimMac(known, (record) => spread.isItself(record, one, base))
    if (fault !== undefined) addFault('ip', `the address map gives ${one.label} the MAC address ${fault}`)
  }
  const [placed] = all
  if (placed === undefined) return
  const isItself = (record: Parameters<Spread['isItself']>[0]) => spread.isItself(record, placed, base)
  const noMac = mac === undefined ? undefined : taken.claimMac(mac, isItself)
  const noUuid = uuid === undefined ? undefined : taken.claimUuid(uuid, isItself)
  if (noMac !== undefined) addFault('mac', noMac)
  if (noUuid !== undefined) addFault('uuid', noUuid)
}

/** Of each entry; one that several have is counted once. */
async function findImages(entries: readonly Entry[], context: CommandContext, planOnly: boolean) {
  const found = new Map<string, Promise<FoundImage | undefined>>()
  const of = ({request, addFault, folder}: Entry) => {
    const key = JSON.stringify([request.image, request.template.arch])
    const image = found.get(key) ?? findImage(request, addFault, context, planOnly, folder)
    found.set(key, image)
    return image
  }
  return Promise.all(entries.map(of))
}

/** YYYYMMDDhhmmss in UTC, the form of SERNO. */
function serialOf(now: Date): string {
  return now.toISOString().replace(/\D/g, '').slice(0, 14)
}

/** What the hosts now say of what was made; nothing is removed by it. */
function scansOf(outcomes: readonly Outcome[], {tasks}: Plan, {now}: CommandContext): readonly HostScan[] {
  const observedAt = `${now().toISOString().slice(0, 19)}Z`
  return outcomes.flatMap((outcome): readonly HostScan[] => {
    const task = tasks.find(({id}) => id === outcome.taskId)
    if (outcome.status !== 'ok' || outcome.data.kind !== 'make' || task === undefined) return []
    const host = hostNameOf(task.target)
    const records = outcome.data.stored.flatMap((machine) => recordsOf(machine, {host, observedAt}))
    return records.length === 0 ? [] : [{host, type: task.type, records, searched: [], kept: []}]
  })
}
