/**
 * Virtual machines of Incus and LXD: backup.yaml in the directory of an instance, which both write at each change
 * (https://linuxcontainers.org/incus/docs/main/reference/instance_options/). Containers are no machines. Pure; never throws.
 */
import {posix} from 'node:path'
import type {ConfigReading} from '../../domain/inventory/scan-memory.js'
import {readYamlText, textAt, valueAt} from '../../lib/yaml-tree.js'
import {enumeratedOf, type ForeignNic, mebibytes, unknownMachine} from '../config/foreign-machine.js'

/** Of one instance. */
const mostDevices = 64

/** Undefined for any other file. `type`: INCUS or LXD. */
export function readIncusConfig(content: Buffer, path: string): (ConfigReading & {readonly type: string}) | undefined {
  if (posix.basename(path) !== 'backup.yaml') return undefined
  const type = /\/lxd\//.test(path) ? 'LXD' : 'INCUS'
  const reading = readYamlText(content.toString('utf8'))
  if ('reason' in reading) return {type, rejects: [{path, line: reading.line, reason: reading.reason}], ignored: false}
  // LXD called every instance a container
  const instance = valueAt(reading.value, 'instance') ?? valueAt(reading.value, 'container')
  if (textAt(instance, 'type') !== 'virtual-machine') return undefined
  const config = valueAt(instance, 'expanded_config') ?? valueAt(instance, 'config')
  const own = (key: string) => textAt(instance, 'config', key) || textAt(config, key)
  const cpus = own('limits.cpu')
  const machine = enumeratedOf(
    {
      ...unknownMachine,
      type,
      name: textAt(instance, 'name') || posix.basename(posix.dirname(path)),
      uuid: own('volatile.uuid'),
      arch: textAt(instance, 'architecture'),
      memoryMiB: mebibytes(own('limits.memory') || '1GiB', 'B'),
      cpus: /^\d{1,4}$/.test(cpus) ? Number(cpus) : cpus === '' ? 1 : 0,
      disks: [{path: posix.join(posix.dirname(path), 'root.img'), format: 'raw', bus: 'scsi', kind: 'disk'}],
      nics: nicsOf(valueAt(instance, 'expanded_devices') ?? valueAt(instance, 'devices'), own),
      os: own('image.os'),
      lost: [`the devices that ${type === 'LXD' ? 'LXD' : 'Incus'} makes at each start`],
    },
    path,
  )
  return machine === undefined ? undefined : {type, machine, rejects: [], ignored: false}
}

function nicsOf(devices: unknown, own: (key: string) => string): readonly ForeignNic[] {
  if (typeof devices !== 'object' || devices === null) return []
  return Object.keys(devices)
    .slice(0, mostDevices)
    .filter((name) => textAt(devices, name, 'type') === 'nic')
    .map((name) => ({
      mac: textAt(devices, name, 'hwaddr') || own(`volatile.${name}.hwaddr`),
      model: 'virtio',
      net: {kind: 'bridge', name: textAt(devices, name, 'parent') || textAt(devices, name, 'network')},
    }))
}
