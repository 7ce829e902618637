/** The own commands of who owns a machine that ctys only lists, for a person to paste. Pure. */
import {posix} from 'node:path'
import type {InventoryRecord} from '../domain/inventory/inventory-record.js'
import {formatTarget, isLocal, type Target} from '../domain/target.js'
import {commandOn, here, nameWord} from './command-on.js'

/** Each empty where there is none, or its names cannot be pasted. */
export interface OwnerCommands {
  readonly start: string
  readonly stop: string
}

type Owned = Pick<InventoryRecord, 'type' | 'label' | 'id' | 'uuid'>
type Commands = (machine: Owned, target: Target) => OwnerCommands

/** Undefined where nobody owns it, or where it is not known how the owner is called. */
export function ownerCommands(machine: Owned, target: Target): OwnerCommands | undefined {
  return commandsOf[machine.type.toUpperCase()]?.(machine, target)
}

type Words = readonly (string | undefined)[]

const there =
  (start: (machine: Owned) => Words, stop: (machine: Owned) => Words): Commands =>
  (machine, target) => ({start: commandOn(target, start(machine)), stop: commandOn(target, stop(machine))})

/** libvirt keeps the domains of a user and of Xen apart from the others (https://libvirt.org/uri.html). */
const libvirt: Commands = ({id, label, uuid}, target) => {
  const driver = id.includes('/libvirt/libxl/') ? 'xen' : 'qemu'
  const isSession = /\/\.config\/libvirt\//.test(id)
  const host = isLocal(target) ? `${driver}://` : `${driver}+ssh://${formatTarget(target)}`
  const uri = `${host}/${isSession ? 'session' : 'system'}`
  // its own file is called as the domain, whatever its label had to become
  const called = /\/libvirt\/(?:qemu|libxl)\/[^/]+\.xml$/.test(id) ? posix.basename(id, '.xml') : label
  const own = nameWord(called) ?? nameWord(uuid)
  if (own === undefined) return {start: '', stop: ''}
  return {start: here`virsh -c ${uri} start ${own}`, stop: here`virsh -c ${uri} shutdown ${own}`}
}

/** Of the directory of an instance: those of another project are called PROJECT_NAME. */
function instanceWords({id, label}: Owned): Words {
  const directory = posix.basename(posix.dirname(id))
  const [, project, name] = /^([^_]+)_(.+)$/s.exec(directory) ?? []
  return name === undefined || project === undefined
    ? [nameWord(label)]
    : [nameWord(name), '--project', nameWord(project)]
}

const directoryOf = ({id}: Owned) => nameWord(posix.basename(posix.dirname(id)))
const numberOf = ({id}: Owned) => nameWord(posix.basename(id, '.conf'))

const commandsOf: Readonly<Record<string, Commands>> = {
  XEN: there(
    ({id}) => ['xl', 'create', nameWord(id)],
    ({label}) => ['xl', 'shutdown', nameWord(label)],
  ),
  LIBVIRT: libvirt,
  'VIRT-INSTALL': (machine, target) => ({
    start: commandOn(target, ['sh', nameWord(machine.id)]),
    stop: libvirt({...machine, id: ''}, target).stop,
  }),
  PROXMOX: there(
    (machine) => ['qm', 'start', numberOf(machine)],
    (machine) => ['qm', 'shutdown', numberOf(machine)],
  ),
  QUICKEMU: there(
    ({id}) => ['quickemu', '--vm', nameWord(id)],
    ({id}) => ['quickemu', '--vm', nameWord(id), '--kill'],
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
  SCRIPT: (machine, target) => ({start: commandOn(target, ['sh', nameWord(machine.id)]), stop: ''}),
}
