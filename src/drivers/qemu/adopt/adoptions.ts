/** Which machines a host has that are none of ctys, each once, and what would be written for them. Pure. */
import {posix} from 'node:path'
import {isKnownUuid, normalizeUuid} from '../../../domain/machine/machine-address.js'
import {ownerOf} from '../../../domain/machine/session-types.js'
import type {Target} from '../../../domain/target.js'
import type {Adoption} from '../../../domain/work/adopt.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {labelOf} from '../../config/foreign-machine.js'
import type {QemuProcess} from '../process/processes.js'
import {fromConfig} from './from-config.js'
import {fromProcess} from './from-process.js'

export interface Found {
  readonly processes: readonly QemuProcess[]
  readonly stored: readonly EnumeratedMachine[]
  /** Of files that say how their machine is called, by path. */
  readonly contents: ReadonlyMap<string, Buffer>
  readonly target: Target
}

export function adoptionsOf({processes, stored, contents}: Found): readonly Adoption[] {
  const others = stored.filter(({type}) => type !== 'QEMU')
  const foreign = processes.filter(({config}) => config === undefined)
  const holders = new Map(processes.flatMap((process) => process.disks.map((disk) => [disk, process] as const)))
  const twins = new Map<EnumeratedMachine, QemuProcess>()
  const running = foreign.map((process) => {
    const own = others.filter((machine) => isOne(process, machine))
    for (const machine of own) twins.set(machine, process)
    // what owns it tells more than its script, and that more than its image
    const twin = own.find(({type}) => ownerOf(type) !== undefined) ?? own.find(({type}) => type === 'SCRIPT') ?? own[0]
    const described = twin === undefined || ownerOf(twin.type) === undefined ? undefined : fromConfig(twin, contents)
    return fromProcess(process, twin, described)
  })
  const floating = new Map(
    processes.flatMap((process) => floatingNames(process).map((name) => [name, process] as const)),
  )
  const resting = others
    .filter((machine) => !twins.has(machine) && !(machine.type === 'IMAGE' && holders.has(machine.id)))
    .map((machine) => withHolder(fromConfig(machine, contents), machine, {holders, floating}))
  return named([...running, ...resting], stored)
}

/** By a UUID that both have, or by an image. */
function isOne(process: QemuProcess, {uuid, images = []}: EnumeratedMachine): boolean {
  const own = normalizeUuid(process.uuid)
  return (isKnownUuid(own) && own === uuid) || images.some((image) => process.disks.includes(image))
}

/** Names of images of which it is not known where they lie: QEMU has left the directory that it was started in. */
function floatingNames({commandLine, cwd}: QemuProcess): readonly string[] {
  const isGone = cwd === '' || commandLine.options.some(({name}) => name === 'daemonize')
  return isGone ? commandLine.disks.filter((path) => !path.startsWith('/')).map((path) => posix.basename(path)) : []
}

/** A clone must not be started while its template runs: what the template writes would break it. */
function withHolder(
  adoption: Adoption,
  {backing, images = []}: EnumeratedMachine,
  {holders, floating}: Readonly<Record<'holders' | 'floating', ReadonlyMap<string, QemuProcess>>>,
): Adoption {
  const writer = backing === undefined ? undefined : holders.get(backing)
  const perhaps = images.map((path) => floating.get(posix.basename(path))).find((process) => process !== undefined)
  const reasons = [
    ...(writer === undefined ? [] : [`it is a linked clone of ${backing}, which ${nameOf(writer)} writes to`]),
    ...(perhaps === undefined ? [] : [`${nameOf(perhaps)} has an image of this name, without its directory`]),
  ]
  return {...adoption, refusals: [...adoption.refusals, ...reasons]}
}

function nameOf({pid, label}: QemuProcess): string {
  return `process ${pid}${label === '' ? '' : ` (${label})`}`
}

/** Two of one name on a host could not be told apart; nor could the wrapper from the script that it calls. */
function named(adoptions: readonly Adoption[], stored: readonly EnumeratedMachine[]): readonly Adoption[] {
  const taken = new Set(stored.filter(({type}) => type === 'QEMU').map(({label}) => label.toLowerCase()))
  return adoptions.map((adoption) => {
    const {path, directory} = adoption
    const own = labelOf(adoption.label) ?? 'machine'
    const label = path !== '' && path === posix.join(directory, `${own}.sh`) ? `${own}-vm` : own
    if (adoption.refusals.length > 0) return {...adoption, label}
    const isTaken = taken.has(label.toLowerCase())
    taken.add(label.toLowerCase())
    if (!isTaken) return {...adoption, label}
    return {...adoption, label, refusals: [...adoption.refusals, `another machine of this host is called ${label}`]}
  })
}
