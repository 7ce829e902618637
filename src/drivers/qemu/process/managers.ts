/**
 * Which program runs a machine that is not one of ctys, and that program's own command to shut it down. Told by the
 * command line each of them writes and by the cgroup it puts its machines in; a guess of who to ask, never evidence.
 */
import {posix} from 'node:path'
import {formatTarget, isLocal, type Target} from '../../../domain/target.js'
import {commandOn, textOn} from '../../../lib/command-on.js'
import {pastable} from '../../../lib/shell-quote.js'
import type {CommandLine, MonitorSocket} from './command-line.js'
import {type OptionValues, parseValues} from './command-line-options.js'

export interface Manager {
  /** As it calls itself, such as `libvirt`. */
  readonly name: string
  /** Shuts this machine down, for a person to paste; empty when there is no such command. */
  stop(target: Target): string
}

export interface ManagedFacts {
  readonly commandLine: CommandLine
  readonly monitorSockets: readonly MonitorSocket[]
  readonly cgroup: string
  readonly user: string
  readonly cwd: string
}

type Recognise = (facts: ManagedFacts) => Manager | undefined

/** The first that fits: what stands on libvirt goes before it. */
export function managerOf(facts: ManagedFacts): Manager | undefined {
  for (const recognise of recognisers) {
    const manager = recognise(facts)
    if (manager !== undefined) return manager
  }
  return undefined
}

/** A command of the host the machine runs on. */
function there(name: string, ...argv: readonly string[]): Manager {
  return {name, stop: (target) => commandOn(target, argv)}
}

/** A command that is run where the tools of the manager are. */
function anywhere(name: string, command: string): Manager {
  return {name, stop: () => command}
}

function smbiosOf({options}: CommandLine): readonly OptionValues[] {
  return options.flatMap(({name, value}) => (name === 'smbios' ? [parseValues(value)] : []))
}

function hasProduct(line: CommandLine, product: RegExp): boolean {
  return smbiosOf(line).some((values) =>
    product.test(`${values.get('manufacturer') ?? ''}/${values.get('product') ?? ''}`),
  )
}

function optionOf({options}: CommandLine, name: string): string {
  return options.findLast((option) => option.name === name)?.value ?? ''
}

const dashed = (uuid: string) => uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

const openstack: Recognise = ({commandLine}) =>
  hasProduct(commandLine, /^OpenStack Foundation\/|\/OpenStack (Nova|Compute)$/)
    ? anywhere('OpenStack', `openstack server stop ${dashed(commandLine.uuid) || pastable(commandLine.name)}`)
    : undefined

const kubevirt: Recognise = ({commandLine}) => {
  const [, namespace, name] = /^([a-z0-9-]+)_([a-z0-9.-]+)$/.exec(commandLine.name) ?? []
  const isTold = smbiosOf(commandLine).some((values) =>
    [values.get('family'), values.get('manufacturer')].includes('KubeVirt'),
  )
  return isTold && name !== undefined && namespace !== undefined
    ? anywhere('KubeVirt', `virtctl stop ${pastable(name)} -n ${pastable(namespace)}`)
    : undefined
}

const proxmox: Recognise = ({commandLine, monitorSockets, cgroup}) => {
  const socket = monitorSockets
    .map(({path}) => /^\/(?:var\/)?run\/qemu-server\/(\d+)\.qmp$/.exec(path)?.[1])
    .find(Boolean)
  const pidFile = /^\/(?:var\/)?run\/qemu-server\/(\d+)\.pid$/.exec(commandLine.pidFile)?.[1]
  const id = socket ?? pidFile ?? /^\/qemu\.slice\/(\d+)\.scope/.exec(cgroup)?.[1]
  return id === undefined ? undefined : there('Proxmox VE', 'qm', 'shutdown', id)
}

/** Incus and LXD call an instance of another project PROJECT_NAME. */
const incus: Recognise = ({commandLine}) => {
  const config = optionOf(commandLine, 'readconfig')
  const isIncus = hasProduct(commandLine, /\/Incus$/) || /\/incus\/.*qemu\.conf$/.test(config)
  const isLxd = hasProduct(commandLine, /\/LXD$/) || /\/lxd\/.*qemu\.conf$/.test(config)
  if (!isIncus && !isLxd) return undefined
  const [, project, name] = /^([^_]+)_(.+)$/.exec(commandLine.name) ?? []
  const tool = isIncus ? 'incus' : 'lxc'
  const of = project === undefined || name === undefined ? [commandLine.name] : [name, '--project', project]
  return there(isIncus ? 'Incus' : 'LXD', tool, 'stop', ...of)
}

const ganeti: Recognise = ({commandLine, monitorSockets}) => {
  const paths = [commandLine.pidFile, optionOf(commandLine, 'chroot'), ...monitorSockets.map(({path}) => path)]
  if (!paths.some((path) => path.includes('/ganeti/kvm-hypervisor/'))) return undefined
  return anywhere('Ganeti', `gnt-instance shutdown ${pastable(commandLine.name)}`)
}

/** Its monitor stands beside the images of .vagrant/machines/NAME/qemu. */
const vagrant: Recognise = ({commandLine}) => {
  const words = commandLine.options.map(({value}) => value)
  const [, dir, name] = words.map((word) => /([^=,]*)\/\.vagrant\/machines\/([^/]+)\//.exec(word)).find(Boolean) ?? []
  if (dir !== undefined && name !== undefined) {
    const command = `cd ${pastable(dir)} && vagrant halt ${pastable(name)}`
    return {name: 'Vagrant', stop: (target) => textOn(target, command)}
  }
  return words.some((word) => /\/\.vagrant\.d\/tmp\/vagrant-qemu\//.test(word))
    ? {name: 'Vagrant', stop: (target) => commandOn(target, ['vagrant', 'global-status'])}
    : undefined
}

/** `quickemu --vm web.conf`: web/web.pid, and sockets of that name beside it. */
const quickemu: Recognise = ({commandLine, monitorSockets, cwd}) => {
  const {name, pidFile} = commandLine
  const own = name !== '' && [`${name}/${name}.pid`, `./${name}/${name}.pid`].some((path) => pidFile.endsWith(path))
  const socket = monitorSockets.some(({path}) => path.endsWith(`/${name}/${name}-monitor.socket`))
  if (!hasProduct(commandLine, /^"?Quickemu Project/) && !(own || (name !== '' && socket))) return undefined
  const config = `${name}.conf`
  return there('quickemu', 'quickemu', '--vm', cwd === '' ? config : posix.join(cwd, config), '--kill')
}

/** One-to-one where the names of others stand on libvirt: their own tool keeps its books. */
const onLibvirt: readonly [string, RegExp, (id: string) => string][] = [
  ['OpenNebula', /^one-(\d+)$/, (id) => `onevm poweroff ${id}`],
  [
    'CloudStack',
    /^(i-\d+-\d+-VM)$/,
    (id) => `cmk list virtualmachines keyword=${id}, then cmk stop virtualmachine id=...`,
  ],
]

const libvirt: Recognise = ({commandLine, monitorSockets, cgroup, user}) => {
  const {name} = commandLine
  const words = [...monitorSockets.map(({path}) => path), ...commandLine.options.map(({value}) => value)]
  const hint = words.find((word) => /\/libvirt\/qemu\/|\/\.?(?:config|cache)\/libvirt\//.test(word))
  const inSlice = /\/machine-qemu\\x2d|^\/machine\/.*\.libvirt-qemu(?:\/|$)|\/libvirt\/qemu\//.test(cgroup)
  if (hint === undefined && !inSlice && !words.some((word) => /(?:^|[,=])id=charmonitor(?:,|$)/.test(word)))
    return undefined
  for (const [owner, pattern, command] of onLibvirt) {
    const id = pattern.exec(name)?.[1]
    if (id !== undefined) return anywhere(owner, command(id))
  }
  const isSession = hint !== undefined && /\/\.?(?:config|cache)\/libvirt\/|\/run\/user\//.test(hint)
  return {
    name: 'libvirt',
    stop: (target) => {
      const account = isSession ? {...target, user} : target
      const host = isLocal(target) ? 'qemu://' : `qemu+ssh://${formatTarget(account)}`
      return `virsh -c ${pastable(`${host}/${isSession ? 'session' : 'system'}`)} shutdown ${pastable(name)}`
    },
  }
}

/** By the cgroup of what it runs in: the machine is a process of a container. */
const container: Recognise = ({cgroup}) => {
  const [, tool, id] =
    /(?:^|\/)(docker|libpod|cri-containerd|crio)[-/]([0-9a-f]{12})[0-9a-f]*(?:\.scope)?(?:\/|$)/.exec(cgroup) ?? []
  if (/(?:^|\/)kubepods/.test(cgroup)) return anywhere('Kubernetes', 'kubectl get pods -A -o wide')
  if (tool === 'docker' && id !== undefined) return there('Docker', 'docker', 'stop', id)
  if (tool === 'libpod' && id !== undefined) return there('Podman', 'podman', 'stop', id)
  const lxc = /(?:^|\/)lxc(?:\.payload)?[./]([^/]+)(?:\/|$)/.exec(cgroup)?.[1]
  return lxc === undefined ? undefined : there('LXC', 'lxc-stop', '-n', lxc)
}

const others: Recognise = ({commandLine, monitorSockets}) => {
  const words = [
    commandLine.pidFile,
    ...monitorSockets.map(({path}) => path),
    ...commandLine.options.map(({value}) => value),
  ]
  const first = (pattern: RegExp) => words.map((word) => pattern.exec(word)?.[1]).find((text) => text !== undefined)
  const lima = first(/\/\.lima\/([^/]+)\//)
  if (lima !== undefined) return there('Lima', 'limactl', 'stop', lima)
  const multipass = first(/\/multipassd?\/(?:data\/)?vault\/instances\/([^/]+)\//)
  if (multipass !== undefined) return there('Multipass', 'multipass', 'stop', multipass)
  const podman = first(/\/podman\/(?:machine\/)?(?:qemu\/)?(podman-machine-[^/.]+|qmp_[^/.]+)/)
  return podman === undefined ? undefined : there('Podman', 'podman', 'machine', 'stop', podman.replace(/^qmp_/, ''))
}

const recognisers: readonly Recognise[] = [
  openstack,
  kubevirt,
  proxmox,
  incus,
  ganeti,
  vagrant,
  libvirt,
  quickemu,
  others,
  container,
]
