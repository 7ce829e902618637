/**
 * Where a QEMU's monitors are, by its command line (qemu(1): -monitor, -qmp, -mon, -chardev, -serial mon:). Pure and
 * forgiving. A monitor that nobody else can come to is told with the reason.
 */
import {isOn, type OptionValues, parseValues, type QemuOption} from './command-line-options.js'

export interface MonitorPoint {
  /** qmp = JSON protocol; mux = console and human monitor on one device (Ctrl-a c); hmp = human monitor alone. */
  readonly kind: 'qmp' | 'mux' | 'hmp'
  readonly at: MonitorPlace
}

export type MonitorPlace =
  /** A Unix socket QEMU listens on, as the command line has it: absolute, or relative to where QEMU was started. */
  | {readonly unix: string}
  /** A port QEMU listens on, or one of a range up to `last`; with telnet's negotiation (RFC 854) or without. */
  | {readonly tcp: number; readonly last: number; readonly telnet: boolean}
  /** A listening socket that QEMU was given as this descriptor. */
  | {readonly fd: number}
  | {readonly nowhere: string}

export function findMonitors(options: readonly QemuOption[]): readonly MonitorPoint[] {
  const chardevs = readChardevs(options)
  const points = options.flatMap(({name, value}): MonitorPoint[] => {
    if (name === 'mon') {
      const values = parseValues(value, 'chardev')
      const chardev = chardevs.get(values.get('chardev') ?? '')
      if (chardev === undefined) return []
      return [{kind: values.get('mode') === 'control' ? 'qmp' : chardev.mux ? 'mux' : 'hmp', at: chardev.at}]
    }
    const kind = name === 'qmp' || name === 'qmp-pretty' ? 'qmp' : name === 'monitor' ? 'hmp' : undefined
    const shared = value.startsWith('mon:')
    if (kind === undefined && !(shared && ['serial', 'parallel', 'debugcon', 'virtiocon'].includes(name))) return []
    const device = shared ? value.slice(4) : value
    if (device === 'none') return []
    const named = device.startsWith('chardev:') ? chardevs.get(device.slice(8)) : undefined
    return [{kind: shared || named?.mux ? 'mux' : (kind ?? 'mux'), at: named?.at ?? readDevice(device)}]
  })
  const rank = ({kind, at}: MonitorPoint) => ['qmp', 'mux', 'hmp'].indexOf(kind) * 2 + ('unix' in at ? 0 : 1)
  return points.sort((a, b) => rank(a) - rank(b))
}

/**
 * Sockets of the channel on which a guest agent listens in the guest (docs/interop/qemu-ga): a port of that name, or a
 * serial line (`qemu-ga -m isa-serial`), which nothing but what it is called tells from a console.
 */
export function findAgents(options: readonly QemuOption[]): readonly MonitorPlace[] {
  const chardevs = readChardevs(options)
  return options.flatMap(({name, value}) => {
    if (name === 'serial') {
      const id = /^chardev:(.*)$/s.exec(value)?.[1]
      const at = id === undefined ? readDevice(value) : chardevs.get(id)?.at
      return at !== undefined && isAgentLine({id: id ?? '', at}) ? [at] : []
    }
    if (name !== 'device') return []
    const values = parseValues(value, 'driver')
    const driver = values.get('driver') ?? ''
    const id = values.get('chardev') ?? ''
    const at = chardevs.get(id)?.at
    if (at === undefined) return []
    const isPort = driver === 'virtserialport' && values.get('name') === 'org.qemu.guest_agent.0'
    const isLine = /^(?:isa-serial|pci-serial(?:-2x|-4x)?|usb-serial)$/.test(driver)
    return isPort || (isLine && isAgentLine({id, at})) ? [at] : []
  })
}

/** Whether a serial line is called as that of a guest agent: `qga0`, `/run/qemu-server/100.qga`, `guest-agent.sock`. */
export function isAgentLine({id, at}: {readonly id: string; readonly at: MonitorPlace}): boolean {
  const file = 'unix' in at ? at.unix.slice(at.unix.lastIndexOf('/') + 1) : ''
  return [id, file].some((text) =>
    /(?:^|[^a-z])(?:qga|qemu[-_]?ga|guest[-_.]?agent)(?:\.?\d+)?(?:\.(?:s|sock|socket))?$/i.test(text),
  )
}

/**
 * Whether QEMU may wait, before it starts its guest, until somebody connects to a socket of it (`wait=on`, which is what
 * `server` means by itself).
 */
export function mayWaitForClient(options: readonly QemuOption[]): boolean {
  return options.some(({name, value}) => {
    if (name === 'chardev') return isWaiting(withoutNesting(parseValues(value, 'backend')))
    if (!devices.has(name)) return false
    const [, rest] = /^(?:mon:)?(?:unix|tcp|telnet|tn3270|websocket):(.*)$/s.exec(value) ?? []
    return rest !== undefined && isWaiting(adding(parseValues(rest, 'address'), {backend: 'socket'}))
  })
}

/** Options whose value may be a character device. */
const devices = new Set(['monitor', 'qmp', 'qmp-pretty', 'serial', 'parallel', 'debugcon', 'virtiocon', 'gdb'])

function isWaiting(values: OptionValues): boolean {
  if (values.get('backend') !== 'socket' || !isOn(values, 'server')) return false
  return !isOn(values, 'nowait') && (!values.has('wait') || isOn(values, 'wait'))
}

interface Chardev {
  readonly at: MonitorPlace
  readonly mux: boolean
  /** Where QEMU keeps what was written to it, or empty. */
  readonly log: string
  readonly logAppends: boolean
}

export function readChardevs(options: readonly QemuOption[]): ReadonlyMap<string, Chardev> {
  const found = options.flatMap(({name, value}): [string, Chardev][] => {
    if (name !== 'chardev') return []
    const values = withoutNesting(parseValues(value, 'backend'))
    return [
      [
        values.get('id') ?? '',
        {
          at: placeOf(values),
          mux: isOn(values, 'mux'),
          log: values.get('logfile') ?? (values.get('backend') === 'file' ? (values.get('path') ?? '') : ''),
          logAppends: values.get('logappend') === 'on',
        },
      ],
    ]
  })
  return new Map(found)
}

/** A character device written as JSON has the members of `chardev-add` (qapi/char.json), where a socket listens by default. */
function withoutNesting(values: OptionValues): OptionValues {
  const type = values.get('backend.type')
  if (type === undefined) return values
  const flat = new Map([
    ['id', values.get('id') ?? ''],
    ['backend', type],
    ['server', 'on'],
    ['wait', 'off'],
  ])
  for (const [key, value] of values) {
    const [, member] = /^backend\.data\.(?:addr\.data\.)?([^.]+)$/.exec(key) ?? []
    if (member !== undefined) flat.set(names[member] ?? member, value)
  }
  return flat
}

/** Of its members, where the words of an option are others. */
const names: Readonly<Record<string, string>> = {str: 'fd', out: 'path'}

/** The old way to write a character device in one word: `unix:PATH,server`, `telnet:HOST:PORT,server`, `stdio` ... */
export function readDevice(device: string): MonitorPlace {
  const [, backend = '', rest = ''] = /^([a-z0-9]+):?(.*)$/s.exec(device) ?? []
  if (backend === 'unix') return placeOf(adding(parseValues(rest, 'path'), {backend: 'socket'}))
  if (!['tcp', 'telnet', 'tn3270', 'websocket'].includes(backend)) return {nowhere: whyNowhere(backend)}
  const values = parseValues(rest, 'address')
  const port = /:([^:]*)$/.exec(values.get('address') ?? '')?.[1] ?? ''
  return placeOf(adding(values, {backend: 'socket', port, ...(backend !== 'tcp' && {[backend]: 'on'})}))
}

function adding(values: OptionValues, more: Readonly<Record<string, string>>): OptionValues {
  return new Map([...values, ...Object.entries(more)])
}

function placeOf(values: OptionValues): MonitorPlace {
  const backend = values.get('backend') ?? ''
  if (backend !== 'socket') return {nowhere: whyNowhere(backend)}
  const is = (key: string) => isOn(values, key)
  if (!is('server')) return {nowhere: 'QEMU itself connects it to something'}
  if (is('websocket') || is('tn3270') || values.has('tls-creds')) {
    return {nowhere: 'it speaks TLS, WebSocket or TN3270'}
  }
  if (is('abstract')) return {nowhere: 'its socket is an abstract one'}
  const path = values.get('path')
  if (path !== undefined) return {unix: path}
  const fd = values.get('fd')
  if (fd !== undefined) return /^\d+$/.test(fd) ? {fd: Number(fd)} : {nowhere: 'its descriptor has only a name'}
  const [port, last] = [Number(values.get('port')), Number(values.get('to') ?? values.get('port'))]
  const isPort = Number.isInteger(port) && port > 0 && last >= port && last < 65_536
  return isPort ? {tcp: port, last, telnet: is('telnet')} : {nowhere: 'its port is not a number'}
}

const reasons: Readonly<Record<string, string>> = {
  stdio: 'it is on the standard input and output of QEMU',
  msmouse: 'it is on a device of the guest',
  vc: 'it is in a window of QEMU',
  gtk: 'it is in a window of QEMU',
  pty: 'it is on a pseudo terminal',
  null: 'it was turned off',
  fd: 'its descriptor was handed to QEMU',
  file: 'it is a file',
  pipe: 'it is a pipe',
  udp: 'it is on UDP',
  ringbuf: 'it is a buffer of QEMU',
  memory: 'it is a buffer of QEMU',
  spicevmc: 'it is a channel of SPICE',
  spiceport: 'it is a channel of SPICE',
  dbus: 'it is on D-Bus',
}

function whyNowhere(backend: string): string {
  return reasons[backend] ?? 'it is on a device of the host'
}
