/** The own commands of who owns a machine that ctys only lists, for a person to paste. Pure. */
import {posix} from 'node:path'
import type {InventoryRecord} from '../domain/inventory/inventory-record.js'
import {formatTarget, isLocal, type Target} from '../domain/target.js'
import {commandOn} from './command-on.js'
import {pastable} from './shell-quote.js'

export interface OwnerCommands {
  readonly start: string
  /** Empty where there is none. */
  readonly stop: string
}

type Owned = Pick<InventoryRecord, 'type' | 'label' | 'id' | 'uuid'>
type Commands = (machine: Owned, target: Target) => OwnerCommands

/** Undefined where nobody owns it, or where it is not known how the owner is called. */
export function ownerCommands(machine: Owned, target: Target): OwnerCommands | undefined {
  return commandsOf[machine.type.toUpperCase()]?.(machine, target)
}

const there =
  (start: (machine: Owned) => readonly string[], stop: (machine: Owned) => readonly string[]): Commands =>
  (machine, target) => ({start: commandOn(target, start(machine)), stop: commandOn(target, stop(machine))})

/** libvirt keeps the domains of a user and of Xen apart from the others (https://libvirt.org/uri.html). */
const libvirt: Commands = ({id, label, uuid}, target) => {
  const driver = id.includes('/libvirt/libxl/') ? 'xen' : 'qemu'
  const isSession = /\/\.config\/libvirt\//.test(id)
  const host = isLocal(target) ? `${driver}://` : `${driver}+ssh://${formatTarget(target)}`
  const call = `virsh -c ${pastable(`${host}/${isSession ? 'session' : 'system'}`)}`
  // its own file is called as the domain, whatever its label had to become
  const own = /\/libvirt\/(?:qemu|libxl)\/[^/]+\.xml$/.test(id) ? posix.basename(id, '.xml') : label || uuid
  return {start: `${call} start ${pastable(own)}`, stop: `${call} shutdown ${pastable(own)}`}
}

/** Of the directory of an instance: those of another project are called PROJECT_NAME. */
function instanceWords({id, label}: Owned): readonly string[] {
  const directory = posix.basename(posix.dirname(id))
  const [, project, name] = /^([^_]+)_(.+)$/.exec(directory) ?? []
  return name === undefined || project === undefined ? [label] : [name, '--project', project]
}

const directoryOf = ({id}: Owned) => posix.basename(posix.dirname(id))

const commandsOf: Readonly<Record<string, Commands>> = {
  XEN: there(
    ({id}) => ['xl', 'create', id],
    ({label}) => ['xl', 'shutdown', label],
  ),
  LIBVIRT: libvirt,
  'VIRT-INSTALL': (machine, target) => ({
    start: commandOn(target, ['sh', machine.id]),
    stop: libvirt({...machine, id: ''}, target).stop,
  }),
  PROXMOX: there(
    ({id}) => ['qm', 'start', posix.basename(id, '.conf')],
    ({id}) => ['qm', 'shutdown', posix.basename(id, '.conf')],
  ),
  QUICKEMU: there(
    ({id}) => ['quickemu', '--vm', id],
    ({id}) => ['quickemu', '--vm', id, '--kill'],
  ),
  LIMA: there(
    (machine) => ['limactl', 'start', directoryOf(machine)],
    (machine) => ['limactl', 'stop', directoryOf(machine)],
  ),
  INCUS: there(
    (machine) => ['incus', 'start', ...instanceWords(machine)],
    (machine) => ['incus', 'stop', ...instanceWords(machine)],
  ),
  LXD: there(
    (machine) => ['lxc', 'start', ...instanceWords(machine)],
    (machine) => ['lxc', 'stop', ...instanceWords(machine)],
  ),
  SCRIPT: (machine, target) => ({start: commandOn(target, ['sh', machine.id]), stop: ''}),
}
