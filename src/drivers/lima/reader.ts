/**
 * Instances of Lima: ~/.lima/NAME/lima.yaml (https://lima-vm.io/docs/config/). The same file elsewhere is a template.
 * Pure; never throws.
 */
import {posix} from 'node:path'
import type {ConfigReading} from '../../domain/inventory/scan-memory.js'
import {readYamlText, textAt, valueAt} from '../../lib/yaml-tree.js'
import {enumeratedOf, mebibytes, unknownMachine} from '../config/foreign-machine.js'

/** Undefined for any other file. */
export function readLimaConfig(content: Buffer, path: string): ConfigReading | undefined {
  if (posix.basename(path) !== 'lima.yaml') return undefined
  const reading = readYamlText(content.toString('utf8'))
  if ('reason' in reading) return {rejects: [{path, line: reading.line, reason: reading.reason}], ignored: false}
  const {value} = reading
  if (!Array.isArray(valueAt(value, 'images'))) return undefined
  const directory = posix.dirname(path)
  const name = posix.basename(directory)
  // names of Lima's own begin with an underscore
  if (name.startsWith('_')) return undefined
  const isInstance = posix.basename(posix.dirname(directory)) === '.lima'
  const cpus = textAt(value, 'cpus')
  const machine = enumeratedOf(
    {
      ...unknownMachine,
      type: 'LIMA',
      name,
      arch: textAt(value, 'arch') || textAt(value, 'images', 0, 'arch'),
      memoryMiB: mebibytes(textAt(value, 'memory'), 'B'),
      cpus: /^\d{1,4}$/.test(cpus) ? Number(cpus) : 0,
      disks: isInstance
        ? [{path: posix.join(directory, 'diffdisk'), format: 'qcow2', bus: 'virtio', kind: 'disk'}]
        : [],
      os: textAt(value, 'os'),
      ...(!isInstance && {isTemplate: true}),
      lost: ['what Lima sets up at each start (mounts, ports, its agent)'],
    },
    path,
  )
  return machine === undefined ? undefined : {machine, rejects: [], ignored: false}
}
