/** libvirt, and what stands on it and keeps books of its own. */
import {formatTarget, isLocal} from '../../../../domain/target.js'
import {here, nameWord} from '../../../../lib/command-on.js'
import {anywhere, dashed, hasProduct, type Manager, type Recognise, smbiosOf} from './manager.js'

const openstack: Recognise = ({commandLine}) =>
  hasProduct(commandLine, /^OpenStack Foundation\/|\/OpenStack (Nova|Compute)$/)
    ? anywhere('OpenStack', 'openstack', 'server', 'stop', nameWord(dashed(commandLine.uuid) || commandLine.name))
    : undefined

const kubevirt: Recognise = ({commandLine}) => {
  const [, namespace, name] = /^([a-z0-9-]+)_([a-z0-9.-]+)$/.exec(commandLine.name) ?? []
  const isTold = smbiosOf(commandLine).some((values) =>
    [values.get('family'), values.get('manufacturer')].includes('KubeVirt'),
  )
  return isTold && name !== undefined
    ? anywhere('KubeVirt', 'virtctl', 'stop', nameWord(name), '-n', nameWord(namespace))
    : undefined
}

/** Its engine alone stops a machine; the libvirt below it lets nobody else in. */
const ovirt: Recognise = ({commandLine}) =>
  hasProduct(commandLine, /^oVirt\/|^Red Hat\/(?:RHEV Hypervisor|RHV|RHEL)$/) ? anywhere('oVirt', undefined) : undefined

type Owner = readonly [name: string, pattern: RegExp, command: (id: string, uuid: string) => Manager]

/** Known by the name they give a domain. */
const owners: readonly Owner[] = [
  ['OpenNebula', /^one-(\d+)$/, (id) => anywhere('OpenNebula', 'onevm', 'poweroff', id)],
  [
    'OpenStack',
    /^instance-([0-9a-f]{8})$/,
    (_id, uuid) => anywhere('OpenStack', 'openstack', 'server', 'stop', nameWord(dashed(uuid))),
  ],
  [
    'CloudStack',
    /^(i-\d+-\d+-VM)$/,
    (id) => ({
      name: 'CloudStack',
      stop: () => `cmk list virtualmachines keyword=${id}, then cmk stop virtualmachine id=...`,
    }),
  ],
  ['CloudStack', /^([rsv]-\d+-VM)$/, () => anywhere('CloudStack', undefined)],
]

const libvirt: Recognise = ({commandLine, monitorSockets, cgroup, user}) => {
  const {name, uuid, options} = commandLine
  const words = [...monitorSockets.map(({path}) => path), ...options.map(({value}) => value)]
  const hint = words.find((word) => /\/libvirt\/qemu\/|\/\.?(?:config|cache)\/libvirt\//.test(word))
  const inSlice = /\/machine-qemu\\x2d|^\/machine\/.*\.libvirt-qemu(?:\/|$)|\/libvirt\/qemu\//.test(cgroup)
  if (
    hint === undefined &&
    !inSlice &&
    !words.some((word) => /(?:^|[,=])id=charmonitor(?:,|$)|"charmonitor"/.test(word))
  )
    return undefined
  for (const [, pattern, command] of owners) {
    const id = pattern.exec(name)?.[1]
    if (id !== undefined) return command(id, uuid)
  }
  const isSession =
    hint === undefined ? cgroup.startsWith('/user.slice/') : /\/\.?(?:config|cache)\/libvirt\/|\/run\/user\//.test(hint)
  // a QEMU that libvirt asks what it can do has neither
  const domain = nameWord(name) ?? nameWord(dashed(uuid))
  return {
    name: 'libvirt',
    stop: (target) => {
      if (domain === undefined) return ''
      const account = isSession ? {...target, user} : target
      const host = isLocal(target) ? 'qemu://' : `qemu+ssh://${formatTarget(account)}`
      return here`virsh -c ${`${host}/${isSession ? 'session' : 'system'}`} shutdown ${domain}`
    },
  }
}

/** What stands on libvirt goes before it. */
export const onLibvirt: readonly Recognise[] = [openstack, kubevirt, ovirt, libvirt]
