/** The words of a call of virt-install(1). Pure. */
import {posix} from 'node:path'
import {
  type ForeignDisk,
  type ForeignMachine,
  type ForeignNic,
  mebibytes,
  unknownMachine,
} from '../config/foreign-machine.js'
import type {Word} from './shell-words.js'

const shortNames: Readonly<Record<string, string>> = {
  '-n': 'name',
  '-r': 'memory',
  '-u': 'uuid',
  '-c': 'cdrom',
  '-f': 'disk',
  '-w': 'network',
  '-m': 'mac',
}

/** Undefined without a name. */
export function readVirtInstall(words: readonly Word[], directory: string): ForeignMachine | undefined {
  const options = optionsOf(words)
  const all = (name: string) => options.filter(([key]) => key === name).map(([, value]) => value)
  const last = (...names: readonly string[]) =>
    names.map((name) => all(name).at(-1)).find((value) => value !== undefined) ?? ''
  if (last('name') === '') return undefined
  const first = (text: string, key: string) => partsOf(text).get('') ?? partsOf(text).get(key) ?? ''
  const cpus = Number(first(last('vcpus'), 'vcpus'))
  return {
    ...unknownMachine,
    type: 'VIRT-INSTALL',
    name: last('name'),
    uuid: last('uuid'),
    arch: last('arch'),
    platform: last('machine'),
    cpu: first(last('cpu'), 'model'),
    accelerator: {kvm: 'KVM', qemu: 'QEMU'}[last('virt-type')] ?? '',
    memoryMiB: mebibytes(first(last('memory', 'ram'), 'memory'), 'MiB'),
    cpus: Number.isInteger(cpus) && cpus > 0 ? cpus : 1,
    disks: all('disk').flatMap((text) => diskOf(text, directory)),
    nics: all('network').flatMap(nicOf),
    os: first(last('os-variant', 'osinfo'), 'name'),
  }
}

/** `--name web`, `--name=web`; of what is not known the value is empty. */
function optionsOf(words: readonly Word[]): readonly (readonly [name: string, value: string])[] {
  const options: (readonly [string, string])[] = []
  words.forEach((word, index) => {
    if (word === undefined) return
    const [, long, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? []
    const name = long ?? shortNames[word]
    if (name === undefined) return
    const next = words[index + 1]
    options.push([name, value ?? (next === undefined || next.startsWith('-') ? '' : next)])
  })
  return options
}

function partsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((part, index): [string, string] => {
      const equals = part.indexOf('=')
      return equals < 0 ? [index === 0 ? '' : part, part] : [part.slice(0, equals), part.slice(equals + 1)]
    }),
  )
}

function diskOf(text: string, directory: string): readonly ForeignDisk[] {
  const parts = partsOf(text)
  const path = parts.get('path') ?? parts.get('') ?? parts.get('vol') ?? ''
  if (path === '' || path === 'none') return []
  const format = parts.get('format') ?? parts.get('driver.type')
  const isFile = parts.get('vol') === undefined
  return [
    {
      path: isFile ? posix.resolve(directory, path) : path,
      ...(format !== undefined && {format}),
      bus: parts.get('bus') ?? parts.get('target.bus') ?? 'virtio',
      kind: parts.get('device') === 'cdrom' ? 'cdrom' : 'disk',
    },
  ]
}

function nicOf(text: string): readonly ForeignNic[] {
  const parts = partsOf(text)
  if (parts.get('') === 'none') return []
  const bridge = parts.get('bridge')
  const isUser = parts.get('') === 'user' || parts.get('type') === 'user'
  return [
    {
      mac: parts.get('mac') ?? parts.get('mac.address') ?? '',
      model: parts.get('model') ?? parts.get('model.type') ?? 'virtio',
      net:
        bridge !== undefined
          ? {kind: 'bridge', name: bridge}
          : {kind: isUser ? 'user' : 'other', name: parts.get('network') ?? ''},
    },
  ]
}
