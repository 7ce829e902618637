/**
 * Configurations of quickemu (https://github.com/quickemu-project/quickemu/wiki): shell assignments of its own names. What
 * is no literal is unknown; nothing is executed. Pure; never throws.
 */
import {posix} from 'node:path'
import type {ConfigReading} from '../../domain/inventory/scan-memory.js'
import {
  enumeratedOf,
  type ForeignDisk,
  type ForeignMachine,
  mebibytes,
  unknownMachine,
} from '../config/foreign-machine.js'

/** Undefined for any other file. */
export function readQuickemuConfig(content: Buffer, path: string): ConfigReading | undefined {
  const found = readQuick(content, path)
  const machine = found && enumeratedOf(found, path)
  return machine === undefined ? undefined : {machine, rejects: [], ignored: false}
}

/** The machine is called as its file is; its paths start where that lies. */
export function readQuick(content: Buffer, path: string): ForeignMachine | undefined {
  if (!path.endsWith('.conf')) return undefined
  const values = valuesOf(content.toString('utf8'))
  const value = (key: string) => values.get(key) ?? ''
  if (value('disk_img') === '' || !(values.has('guest_os') || values.has('iso') || values.has('img'))) return undefined
  const directory = posix.dirname(path)
  const at = (file: string) => posix.resolve(directory, file)
  const disk = value('disk_img')
  const format = value('disk_format') || /\.(qcow2|raw)$/.exec(disk)?.[1]
  const cdroms = ['iso', 'fixed_iso'].flatMap((key): readonly ForeignDisk[] =>
    value(key) === '' ? [] : [{path: at(value(key)), format: 'raw', bus: 'ide', kind: 'cdrom'}],
  )
  const bridge = value('network')
  const isUser = ['', 'user', 'restrict'].includes(bridge)
  return {
    ...unknownMachine,
    type: 'QUICKEMU',
    name: posix.basename(path, '.conf'),
    arch: value('arch') || 'x86_64',
    memoryMiB: mebibytes(value('ram'), 'G'),
    cpus: /^\d{1,4}$/.test(value('cpu_cores')) ? Number(value('cpu_cores')) : 0,
    disks: [{path: at(disk), ...(format !== undefined && {format}), bus: 'virtio', kind: 'disk'}, ...cdroms],
    nics:
      bridge === 'none'
        ? []
        : [
            {
              mac: value('macaddr'),
              model: 'virtio',
              net: {kind: isUser ? 'user' : 'bridge', name: isUser ? '' : bridge},
            },
          ],
    os: value('guest_os'),
    lost: [
      ...(value('boot') === 'legacy' ? [] : ['the UEFI firmware that quickemu chooses (boot="efi")']),
      ...(value('tpm') === 'on' ? ['a TPM'] : []),
    ],
  }
}

/** Of a line an assignment alone; the last one of a name counts. */
function valuesOf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line.length > 4096) continue
    const [, key = '', double, single, bare] =
      /^\s*(?:export\s+)?([a-z][a-z0-9_]{0,40})=(?:"([^"$`\\]*)"|'([^']*)'|([\w./:@%+,-]*))\s*;?\s*(?:#.*)?$/.exec(
        line,
      ) ?? []
    if (key !== '') values.set(key, double ?? single ?? bare ?? '')
  }
  return values
}
