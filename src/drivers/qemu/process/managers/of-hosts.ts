/** Managers of hosts and clusters that call QEMU themselves. */
import {nameWord} from '../../../../lib/command-on.js'
import {anywhere, findIn, hasProduct, optionOf, type Recognise, there} from './manager.js'

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
  const [, project, name] = /^([^_]+)_(.+)$/s.exec(commandLine.name) ?? []
  const of = name === undefined ? [nameWord(commandLine.name)] : [nameWord(name), '--project', nameWord(project)]
  return there(isIncus ? 'Incus' : 'LXD', isIncus ? 'incus' : 'lxc', 'stop', ...of)
}

const ganeti: Recognise = ({commandLine, monitorSockets}) => {
  const paths = [
    commandLine.pidFile,
    optionOf(commandLine, 'chroot'),
    optionOf(commandLine, 'run-with'),
    ...monitorSockets.map(({path}) => path),
  ]
  if (!paths.some((path) => path.includes('/ganeti/kvm-hypervisor/'))) return undefined
  return anywhere('Ganeti', 'gnt-instance', 'shutdown', nameWord(commandLine.name))
}

/** A sandbox of a container runtime: its machine is the pod. */
const kata: Recognise = (facts) => {
  const id =
    /^sandbox-([0-9a-f]{12,64})$/.exec(facts.commandLine.name)?.[1] ??
    findIn(facts, /\/run\/(?:kata\/)?vc\/(?:vm|sbs)\/([0-9a-f]{12,64})\//)
  return id === undefined ? undefined : there('Kata Containers', 'crictl', 'stopp', id)
}

const gns3: Recognise = (facts) =>
  findIn(facts, /\/project-files\/qemu\/([0-9a-f-]{36})\//) === undefined ? undefined : anywhere('GNS3', undefined)

/** By the cgroup of what it runs in: the machine is a process of a container. */
const container: Recognise = ({cgroup}) => {
  const [, tool, id] =
    /(?:^|\/)(docker|libpod|cri-containerd|crio|nerdctl)[-/]([0-9a-f]{12})[0-9a-f]*(?:\.scope)?(?:\/|$)/.exec(cgroup) ??
    []
  if (/(?:^|\/)kubepods/.test(cgroup)) return anywhere('Kubernetes', 'kubectl', 'get', 'pods', '-A', '-o', 'wide')
  if (tool === 'docker') return there('Docker', 'docker', 'stop', id)
  if (tool === 'libpod') return there('Podman', 'podman', 'stop', id)
  if (tool === 'nerdctl') return there('nerdctl', 'nerdctl', 'stop', id)
  const nspawn = /^\/machine\.slice\/systemd-nspawn@([A-Za-z0-9_.:-]+)\.service(?:\/|$)/.exec(cgroup)?.[1]
  if (nspawn !== undefined) return there('systemd-nspawn', 'machinectl', 'poweroff', nameWord(nspawn))
  const lxc = /(?:^|\/)lxc(?:\.payload)?[./]([^/]+)(?:\/|$)/.exec(cgroup)?.[1]
  return lxc === undefined ? undefined : there('LXC', 'lxc-stop', '-n', nameWord(lxc))
}

export const ofHosts: readonly Recognise[] = [proxmox, incus, ganeti, kata, gns3]
export const ofContainers: readonly Recognise[] = [container]
