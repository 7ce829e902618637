/** What the files a host listed mean: machines, rejects, and what is worth remembering. Pure. */

import type {ScanMemory, TypedReading} from '../../../domain/inventory/scan-memory.js'
import {hostType} from '../../../domain/machine/session-types.js'
import type {ConfigReader} from '../../../domain/ports/ports.js'
import type {EnumerateData, EnumeratedMachine, Reject} from '../../../domain/work/answers.js'
import {Pace} from '../../../lib/pace.js'
import {readConfigFile} from '../../config/config-file.js'
import {maxConfigBytes} from '../../qemu/config/vm-config.js'
import {readHost} from '../pm/reader.js'
import {type Answer, closedBase, type FoundBase, type FoundFile, missingBase} from './answer.js'
import {diskNames, imageNames} from './disks.js'
import {hostEntry, recall, type Seen} from './manifest.js'
import {withoutTwins} from './twins.js'

export interface JudgeOptions {
  readonly memory: ScanMemory | undefined
  /** Files that were asked for by name. */
  readonly named: ReadonlyMap<string, FoundFile>
  /** The host's own configuration, with its content. */
  readonly hostFile: FoundFile | undefined
  readonly types: readonly string[]
  /** Of session types that bring one, by type. */
  readonly readers?: ReadonlyMap<string, ConfigReader> | undefined
  /** Told what is made of the files, in bytes; throws when that is too much. */
  readonly hold?: (bytes: number) => void
}

/** What a machine, one more interface of it or a reject costs, about. */
const objectBytes = 512

export interface Judgement {
  readonly data: EnumerateData
  readonly seen: readonly Seen[]
  /** Every file was understood, so the listing stands for its contents. */
  readonly whole: boolean
}

export async function judge(
  answer: Pick<Answer, 'bases' | 'disks' | 'host'>,
  {memory, named, hostFile, types, readers, hold = () => undefined}: JudgeOptions,
): Promise<Judgement> {
  const machines: EnumeratedMachine[] = []
  const rejects: Reject[] = []
  const seen: Seen[] = []
  const otherTypes: Record<string, number> = {}
  const paths = new Set<string>()
  let ignored = 0
  let files = 0
  let unchanged = 0
  let whole = true
  const take = (reading: TypedReading): void => {
    if (!types.includes(reading.type)) {
      if (reading.machine !== undefined) otherTypes[reading.type] = (otherTypes[reading.type] ?? 0) + 1
      return
    }
    files += 1
    if (reading.ignored) ignored += 1
    if (reading.machine !== undefined) machines.push(reading.machine)
    rejects.push(...reading.rejects)
  }
  const pace = new Pace()
  for (const listed of answer.bases.flatMap((base) => base.files)) {
    if (pace.isDue(listed.content.length)) await pace.turn()
    if (paths.has(listed.path)) continue
    paths.add(listed.path)
    const known = listed.state === 'listed' ? recall(listed, memory) : undefined
    const file = listed.state === 'listed' && known === undefined ? named.get(listed.path) : listed
    if (known !== undefined) {
      seen.push({file: listed, reading: known})
      if (known !== null && types.includes(known.type)) unchanged += 1
      if (known !== null) take(known)
    } else if (file === undefined) {
      // what is known of it stays until a scan can tell
      whole = false
      rejects.push({path: listed.path, line: 0, reason: 'it went away while the host was scanned'})
    } else if (file.state === 'read' || file.state === 'other') {
      const reading = file.state === 'read' ? readConfigFile(file.content, file.path, readers) : null
      hold(((reading?.machine?.interfaces.length ?? 0) + (reading?.rejects.length ?? 0)) * objectBytes)
      seen.push({file, reading})
      if (reading !== null) take(reading)
    } else {
      if (file.state !== 'huge') whole = false
      const reject = rejectOf(file)
      if (reject !== undefined) {
        files += 1
        rejects.push(reject)
      }
    }
  }
  if (answer.host !== undefined && types.includes(hostType)) {
    const {facts} = answer.host
    const entry = hostEntry(answer.host)
    const known = entry?.state === 'listed' ? recall(entry, memory) : undefined
    const reading = known ?? readHost(hostFile === undefined ? {facts} : {facts, file: hostFile})
    if (entry !== undefined) seen.push({file: entry, reading: {...reading, type: hostType}})
    if (reading.machine !== undefined) machines.push(reading.machine)
    rejects.push(...reading.rejects)
  }
  const {searched, unsearched, places, closed} = searchOf(answer.bases)
  const found = answer.bases.filter(({fault}) => fault === undefined).map(({path}) => path)
  const links = answer.bases.flatMap((base) => base.links)
  const isSound = answer.bases.every((base) => !base.fault?.startsWith('searched in part'))
  return {
    data: {
      kind: 'enumerate',
      machines: withDisks(withoutTwins(machines, found), answer, seen),
      rejects: withoutWrappers(rejects, machines),
      files,
      ignored,
      searched,
      unsearched,
      ...(places.length > 0 && {places}),
      ...(closed.length > 0 && {closed}),
      ...(links.length > 0 && {links}),
      ...(unchanged > 0 && {unchanged}),
      ...(Object.keys(otherTypes).length > 0 && {otherTypes}),
    },
    seen,
    whole: whole && isSound,
  }
}

/** A place of other tools that is not there was searched: nothing is in it. One that is closed to this account is no fault. */
function searchOf(
  bases: readonly FoundBase[],
): Required<Pick<EnumerateData, 'searched' | 'unsearched' | 'places' | 'closed'>> {
  const said = (path: string, reason: string): Reject => ({path, line: 0, reason})
  const own = bases.filter(({place}) => place !== true)
  const others = bases.filter(({place}) => place === true)
  const isClosed = ({fault}: FoundBase) => fault === closedBase
  const isSearched = ({fault, place}: FoundBase) => fault === undefined || (place === true && fault === missingBase)
  const faulty = bases.filter((base) => !isSearched(base) && !(base.place === true && isClosed(base)))
  return {
    searched: own.filter(isSearched).map(({path}) => path),
    places: others.filter(isSearched).map(({path}) => path),
    unsearched: [
      ...faulty.map(({path, fault = ''}) => said(path, fault)),
      ...own.flatMap((base) => base.closed.map((path) => said(path, closedBase))),
    ],
    closed: [
      ...others.filter(isClosed).map(({path}) => said(path, closedBase)),
      ...others.flatMap((base) => base.closed.map((path) => said(path, closedBase))),
    ],
  }
}

/** LABEL.ctys without a key of ctys is the start script of LABEL.conf beside it, and no configuration that was cut off. */
function withoutWrappers(rejects: readonly Reject[], machines: readonly EnumeratedMachine[]): readonly Reject[] {
  const wrappers = new Set(machines.map(({id}) => id.replace(/\.conf$/, '.ctys')))
  return rejects.filter(({path}) => !(path.endsWith('.ctys') && wrappers.has(path)))
}

/** Configurations that could not be used have images too, which are nobody else's. */
function withDisks(
  machines: readonly EnumeratedMachine[],
  {bases, disks}: Pick<Answer, 'bases' | 'disks'>,
  seen: readonly Seen[],
): readonly EnumeratedMachine[] {
  if (disks.images.length === 0) return machines
  const configs = new Set<string>()
  for (const {files} of bases) for (const {path} of files) if (path.endsWith('.ctys')) configs.add(path)
  for (const {file, reading} of seen) if (reading !== null) configs.add(file.path)
  const names = diskNames(disks, [...configs])
  const isNamed = machines.some(({images = []}) => images.length > 0)
  const byPath = isNamed ? imageNames(disks) : new Map<string, string>()
  return machines.map((machine) => {
    const named = machine.images?.flatMap((path) => byPath.get(path) ?? []) ?? []
    const own = machine.type === 'QEMU' ? names.get(machine.id) : named.length > 0 ? named : undefined
    return own === undefined ? machine : {...machine, disks: own}
  })
}

/** Names that only a configuration has; a large or closed file of another name may be anything. */
function rejectOf({path, state}: FoundFile): Reject | undefined {
  if (state === 'unreadable') return {path, line: 0, reason: 'the file cannot be read'}
  const reason = `larger than ${maxConfigBytes / 1024} KiB`
  return /(?:\.ctys|-qemud\.rc)$/.test(path) ? {path, line: 0, reason} : undefined
}
