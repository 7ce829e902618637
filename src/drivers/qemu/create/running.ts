/** What a running QEMU has to do with a stored machine: is it that machine, and does it show its screen to the network. */
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {configDirectory, configPrefix} from '../paths.js'
import type {QemuOption} from '../process/command-line-options.js'
import type {QemuProcess} from '../process/processes.js'

/** Same configuration, same UUID, a disk beside the configuration, or the same label started from its directory. */
export function isMachine(process: QemuProcess, machine: EnumeratedMachine): boolean {
  if (process.config?.path === machine.id) return true
  if (machine.uuid !== '' && process.uuid === machine.uuid) return true
  const directory = configDirectory(machine.id)
  const stem = `${directory}/${configPrefix(machine.id)}`
  if (process.disks.some((disk) => disk.startsWith(stem) && /[._-]/.test(disk.charAt(stem.length)))) return true
  const named = [process.label, process.commandLine.name].includes(machine.label)
  return named && [process.cwd, ...process.disks.map(configDirectory)].includes(directory)
}

/** The `-vnc` value that lets others in: an address that is not loopback, or none, which means every address. */
export function exposedVnc(options: readonly QemuOption[]): string | undefined {
  return options
    .flatMap(({name, value}) =>
      name === 'vnc' ? [value] : name === 'display' && /^vnc[=,]/.test(value) ? [value.slice(4)] : [],
    )
    .find((value) => !addressesOf(value).every(isPrivate))
}

/** One server may listen at several places (ui/vnc.c): each `vnc=`, and each `websocket=` that is more than a port. */
function addressesOf(value: string): readonly string[] {
  const [first = '', ...rest] = value.split(',')
  const parts = [first.includes('=') ? first : `vnc=${first}`, ...rest]
  const named = (key: string) => parts.flatMap((part) => (part.startsWith(key) ? [part.slice(key.length)] : []))
  const places = named('vnc=')
  return [...(places.length === 0 ? [''] : places), ...named('websocket=').filter((place) => place.includes(':'))]
}

function isPrivate(address: string): boolean {
  if (address === 'none' || address.startsWith('unix:')) return true
  const host = address.slice(0, Math.max(0, address.lastIndexOf(':'))).replace(/^\[(.*)\]$/, '$1')
  return /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i.test(host)
}
