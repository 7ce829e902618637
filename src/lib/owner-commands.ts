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
const libvirt: Commands = (machine, target) => {
  const {driver, place, own} = domainOf(machine)
  const host = isLocal(target) ? `${driver}://` : `${driver}+ssh://${formatTarget(target)}`
  const uri = `${host}/${place}`
  if (own === undefined) return {start: '', stop: ''}
  return {start: here`virsh -c ${uri} start ${own}`, stop: here`virsh -c ${uri} shutdown ${own}`}
}

/** How libvirt on its host calls it. */
function domainOf({id, label, uuid}: Owned) {
  const driver = id.includes('/libvirt/libxl/') ? 'xen' : 'qemu'
  const place = /\/\.config\/libvirt\//.test(id) ? 'session' : 'system'
  // its own file is called as the domain, whatever its label had to become
  const called = /\/libvirt\/(?:qemu|libxl)\/[^/]+\.xml$/.test(id) ? posix.basename(id, '.xml') : label
  return {driver, place, own: nameWord(called) ?? nameWord(uuid)}
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

/** As the host itself runs them, word by word; undefined where there is none, or a name could be read as an option. */
export function ownerCalls(machine: Owned, what: 'start' | 'stop'): readonly string[] | undefined {
  const words = callsOf[machine.type.toUpperCase()]?.(machine, what)
  const known = words?.flatMap((word) => word ?? [])
  return known !== undefined && known.length === words?.length ? known : undefined
}

type Calls = (machine: Owned, what: 'start' | 'stop') => Words

const virsh: Calls = (machine, what) => {
  const {driver, place, own} = domainOf(machine)
  return ['virsh', '-c', `${driver}:///${place}`, what === 'start' ? 'start' : 'shutdown', own]
}

const callsOf: Readonly<Record<string, Calls>> = {
  XEN: ({id, label}, what) => ['xl', ...(what === 'start' ? ['create', nameWord(id)] : ['shutdown', nameWord(label)])],
  LIBVIRT: virsh,
  // a start by its script would make the machine anew
  'VIRT-INSTALL': (machine, what) => virsh({...machine, id: ''}, what),
  PROXMOX: (machine, what) => ['qm', what === 'start' ? 'start' : 'shutdown', numberOf(machine)],
  QUICKEMU: ({id}, what) => ['quickemu', '--vm', nameWord(id), ...(what === 'stop' ? ['--kill'] : [])],
  LIMA: (machine, what) => ['limactl', what, directoryOf(machine)],
  INCUS: (machine, what) => ['incus', what, ...instanceWords(machine)],
  LXD: (machine, what) => ['lxc', what, ...instanceWords(machine)],
}
