/** What a call of QEMU makes of its machine, in the form configurations of other tools are read into. Pure. */
import {posix} from 'node:path'
import {normalizeMac} from '../../../domain/machine/machine-address.js'
import {type ForeignMachine, type ForeignNic, mebibytes, unknownMachine} from '../../config/foreign-machine.js'
import {findAccelerators} from './accelerator.js'
import {parseCommandLine} from './command-line.js'
import {type OptionValues, parseValues, type QemuOption} from './command-line-options.js'
import {archOf} from './is-qemu.js'

/** `argv[0]` is the program; relative paths start at `directory`. */
export function machineOfArgv(argv: readonly string[], directory: string): Omit<ForeignMachine, 'type'> {
  const commandLine = parseCommandLine(argv)
  const {options, name, uuid, disks, vncDisplay} = commandLine
  const last = (...names: readonly string[]) => options.findLast((option) => names.includes(option.name))?.value ?? ''
  const first = (text: string, key: string) => parseValues(text, key).get(key) ?? ''
  const smp = parseValues(last('smp'), 'cpus')
  const [accelerator = ''] = findAccelerators(options)
  const kernel = last('kernel')
  const at = (path: string) => posix.resolve(directory, path)
  return {
    ...unknownMachine,
    name,
    uuid,
    arch: archOf({exe: argv[0] ?? '', argv}, ''),
    platform: first(last('machine', 'M'), 'type'),
    cpu: first(last('cpu'), 'model'),
    accelerator: accelerator === 'tcg' ? 'QEMU' : accelerator.toUpperCase(),
    memoryMiB: Math.round(mebibytes(first(last('m'), 'size'), 'M')),
    cpus: Number(smp.get('cpus') ?? smp.get('maxcpus')) || 0,
    ...(kernel !== '' && {kernel: {path: at(kernel), initrd: last('initrd'), append: last('append')}}),
    disks: disks.map((path) => ({path: at(path), bus: '', kind: 'disk' as const})),
    nics: nicsOf(options),
    vncDisplay,
  }
}

/** Cards with an address of their own, and what stands behind each (-nic, -net, -netdev). */
function nicsOf(options: readonly QemuOption[]): readonly ForeignNic[] {
  const values = (name: string, implied: string) =>
    options.filter((option) => option.name === name).map(({value}) => parseValues(value, implied))
  const netdevs = new Map(values('netdev', 'type').map((netdev) => [netdev.get('id') ?? '', netdev]))
  const backends = values('net', 'type').filter((net) => net.get('type') !== 'nic')
  const devices = values('device', 'driver').filter((device) => device.has('netdev') || device.has('mac'))
  const cards = values('net', 'type').filter((net) => net.get('type') === 'nic')
  return [
    ...devices.map((device) => nicOf(device.get('mac'), device.get('driver'), netdevs.get(device.get('netdev') ?? ''))),
    ...values('nic', 'type')
      .filter((nic) => nic.get('type') !== 'none')
      .map((nic) => nicOf(nic.get('mac'), nic.get('model'), nic)),
    ...cards.map((card, index) => nicOf(card.get('macaddr'), card.get('model'), backends[index])),
  ]
}

function nicOf(mac = '', model = '', back: OptionValues | undefined): ForeignNic {
  const kind = back?.get('type') ?? ''
  const name = back?.get('br') ?? back?.get('ifname') ?? ''
  return {
    mac: normalizeMac(mac),
    model,
    net: {kind: kind === 'user' || kind === 'bridge' ? kind : 'other', name: kind === 'user' ? '' : name},
  }
}
