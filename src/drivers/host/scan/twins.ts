/** Machines that a scan found more than once, as seen by several tools. Pure. */
import type {EnumeratedMachine} from '../../../domain/work/answers.js'

/**
 * Left out are: of Proxmox the guests of other nodes, which every node of a cluster sees, and the other names of its own;
 * a script of virt-install whose domain is there; a script of a machine that has another configuration, as quickemu
 * writes one; and the script or image that a machine of ctys was made of. `directories`: those that were searched.
 */
export function withoutTwins(
  machines: readonly EnumeratedMachine[],
  directories: readonly string[],
): readonly EnumeratedMachine[] {
  const isOthers = ({type}: EnumeratedMachine) => type !== 'QEMU'
  if (!machines.some(isOthers)) return machines
  const adopted = new Set(machines.flatMap((machine) => machine.adopted ?? []))
  const domains = new Set(machines.filter(({type}) => type === 'LIBVIRT').map(({label}) => label))
  const searched = new Set(directories)
  const images = new Set(machines.filter(({type}) => type !== 'SCRIPT').flatMap((machine) => machine.images ?? []))
  return machines.filter(({type, id, label, images: own = []}) => {
    const [, cluster] = type === 'PROXMOX' ? (/^(.*)\/nodes\/[^/]+\/qemu-server\/[^/]+$/.exec(id) ?? []) : []
    if (cluster !== undefined) return !searched.has(`${cluster}/qemu-server`)
    if (type === 'VIRT-INSTALL') return !domains.has(label)
    if (type === 'SCRIPT') return !adopted.has(id) && !own.some((image) => images.has(image))
    return true
  })
}
