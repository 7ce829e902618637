/**
 * Where the serial consoles of a QEMU are, by its command line (qemu(1): -serial, -chardev, -device). Pure and forgiving.
 */
import {parseValues, type QemuOption} from './command-line-options.js'
import {isAgentLine, type MonitorPlace, readChardevs, readDevice} from './monitors.js'

export interface ConsolePoint {
  /** Name of its character device, as `chardev-send-break` takes it. */
  readonly id: string
  /** The human monitor shares it (Ctrl-a c). */
  readonly mux: boolean
  readonly at: MonitorPlace
  /** Path of QEMU's own log of it, as the command line has it, or empty. */
  readonly log: string
  /** What is in the log stays when QEMU is started. */
  readonly logAppends: boolean
}

/** Devices of a guest that are a console (`info qdm`). */
const devices =
  /^(isa-serial|pci-serial(-2x|-4x)?|usb-serial|virtconsole|sclpconsole|sclplmconsole|spapr-vty|xen-console)$/

/** In the order of the command line; a line of a guest agent is none. */
export function findConsoles(options: readonly QemuOption[]): readonly ConsolePoint[] {
  return serialLines(options).filter(({id, at, mux}) => mux || !isAgentLine({id, at}))
}

function serialLines(options: readonly QemuOption[]): readonly ConsolePoint[] {
  const chardevs = readChardevs(options)
  const named = (id: string): readonly ConsolePoint[] => {
    const chardev = chardevs.get(id)
    return chardev === undefined
      ? []
      : [{id, mux: chardev.mux, at: chardev.at, log: chardev.log, logAppends: chardev.logAppends}]
  }
  let serials = 0
  return options.flatMap(({name, value}): readonly ConsolePoint[] => {
    if (name === 'device') {
      const values = parseValues(value, 'driver')
      return devices.test(values.get('driver') ?? '') ? named(values.get('chardev') ?? '') : []
    }
    if (name !== 'serial' && name !== 'virtiocon') return []
    const id = `serial${serials++}`
    const mux = value.startsWith('mon:')
    const device = mux ? value.slice(4) : value
    if (device === 'none' || device === 'null') return []
    if (device.startsWith('chardev:')) return named(device.slice(8)).map((point) => ({...point, mux: mux || point.mux}))
    const file = /^file:(.*)$/s.exec(device)?.[1] ?? ''
    const values = parseValues(device, 'address')
    const logAppends = values.get('logappend') === 'on'
    return [{id, mux, at: readDevice(device), log: file || (values.get('logfile') ?? ''), logAppends}]
  })
}
