/** `KEY=VALUE` of `ctys set`: keys of a configuration that ctys or its start script reads (docs/machines.md). */
import {isIP} from 'node:net'
import {normalizeMac} from '../../domain/machine/machine-address.js'
import {vmStates} from '../../domain/machine/vm-states.js'
import {parseStep} from '../../lib/boot-step.js'
import {nearest} from '../../lib/suggest.js'
import {textFault} from './check-text.js'

export interface KeySetting {
  readonly key: string
  /** Empty: the key is taken out. */
  readonly value: string
}

type Judge = (value: string) => string | undefined

const number =
  (least: number, most: number): Judge =>
  (value) =>
    /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `is no number from ${least} to ${most}`
const oneOf =
  (...words: readonly string[]): Judge =>
  (value) =>
    words.includes(value.toUpperCase()) ? undefined : `is none of ${words.join(', ')}`
/** A plain value ends at the next quote, wherever it is read. */
const plain: Judge = (value) => (value.includes('"') ? 'holds a quote' : undefined)
const text: Judge = () => undefined
const memory: Judge = (value) =>
  /^\d{1,8}(?:[GgMm][Bb]?)?$/.test(value) ? undefined : 'is no amount of memory: MiB, or 2G'
const mac: Judge = (value) =>
  /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(normalizeMac(value)) && Number.parseInt(value.slice(0, 2), 16) % 2 === 0
    ? undefined
    : 'is no MAC address of a machine'
const uuid: Judge = (value) =>
  /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(value) ? undefined : 'is no UUID'
const ip: Judge = (value) =>
  isIP(value) !== 0 || /^[a-z][a-z0-9.-]{0,252}$/i.test(value) ? undefined : 'is no IP address or name'

function judgedBy(rule: Judge, ...names: readonly string[]): Readonly<Record<string, Judge>> {
  return Object.fromEntries(names.map((name) => [name, rule]))
}

/** A key ending in `#` stands for itself and for itself with a number behind. */
const keys: Readonly<Record<string, Judge>> = {
  UUID: uuid,
  'MAC#': mac,
  'IP#': ip,
  VMSTATE: oneOf(...vmStates),
  VRAM: memory,
  MEMSIZE: memory,
  VCPU: number(1, 4096),
  SMP: number(1, 4096),
  SSHPORT: number(1, 65_535),
  VNCACCESSDISPLAY: number(0, 59_635),
  VNCDISPLAY: number(0, 59_635),
  HDDBOOTIMAGE_FORMAT: oneOf('QCOW2', 'RAW'),
  DISKBUS: oneOf('VIRTIO', 'IDE', 'SCSI', 'NONE'),
  TABLET: oneOf('NONE', 'USB'),
  SEEDLABEL: oneOf('CIDATA', 'OEMDRV'),
  'STEP#': (value) => {
    const step = parseStep(value)
    return typeof step === 'string' ? step : undefined
  },
  DEFAULTCONSOLE: oneOf(
    'NONE',
    'VNC',
    'CLI',
    'CLI0',
    'SDL',
    'X11',
    'GTERM',
    'XTERM',
    'EMACS',
    'EMACSM',
    'EMACSA',
    'EMACSAM',
  ),
  DEFAULTBOOTMODE: oneOf('HDD', 'VHDD', 'CD', 'DVD', 'FDD', 'USB', 'PXE', 'INSTALL'),
  ACCELERATOR: oneOf('KVM', 'QEMU', 'HVM', 'PARA', 'AUTO', 'TCG'),
  ...judgedBy(
    plain,
    ...['DIST', 'DISTREL', 'OS', 'OSREL', 'VERNO', 'CATEGORY', 'NETMASK', 'GATEWAY', 'USTRG', 'CSTRG', 'DEFAULTHOSTS'],
    ...['ARCH', 'PLATFORM', 'CPU', 'NIC', 'VGADRIVER', 'KBD_LAYOUT', 'TIMEOPT', 'HDDBOOTIMAGE_INST_SIZE'],
    ...['DEFAULTINSTMODE', 'NETNAME#', 'HYPERREL', 'STACKCAP', 'STACKREQ', 'STACKLEVEL', 'HWCAP', 'HWREQ'],
    ...['EXECLOCATION', 'RELOCCAP'],
  ),
  ...judgedBy(
    text,
    ...['STARTERCALL', 'WRAPPERCALL', 'QEMUBIOS', 'NET', 'HDDBOOTIMAGE', 'HDA', 'HDB', 'INSTSRCCDROM', 'INSTSRCFDD'],
    ...['INSTSRCUSB', 'KERNELIMAGE', 'INITRDIMAGE', 'APPEND', 'ARGSADD', 'ARG#'],
  ),
}

/** What names the machine, or its file, is no setting. */
const fixed: Readonly<Record<string, string>> = {
  LABEL: 'a machine keeps its name; ctys clone makes one of another name',
  SESSIONTYPE: 'a machine keeps its type',
}

/** In their order; everything wrong is added to `faults`. */
export function parseSettings(words: readonly string[], faults: string[]): readonly KeySetting[] {
  const seen = new Set<string>()
  const settings: KeySetting[] = []
  for (const word of words) {
    const [, key = '', value = ''] = /^([A-Za-z][A-Za-z0-9_]*)=(.*)$/s.exec(word) ?? []
    if (key === '') faults.push(`'${word}' is no setting: KEY=VALUE, or KEY= to take it out`)
    else if (seen.has(key.toUpperCase())) faults.push(`${key.toUpperCase()} is given twice`)
    else {
      seen.add(key.toUpperCase())
      const fault = judge(key.toUpperCase(), value)
      if (fault === undefined) settings.push({key: key.toUpperCase(), value})
      else faults.push(`${key.toUpperCase()}${fault}`)
    }
  }
  if (words.length === 0) faults.push('no setting is given: KEY=VALUE')
  return settings
}

function judge(key: string, value: string): string | undefined {
  const why = fixed[key]
  if (why !== undefined) return `: ${why}`
  const known = Object.hasOwn(keys, key) ? keys[key] : keys[`${key.replace(/\d{1,2}$/, '')}#`]
  if (known === undefined) {
    const near = nearest(
      key,
      Object.keys(keys).map((name) => name.replace('#', '0')),
    )
    return ` is no key of a configuration${near === undefined ? '; ctys help machines has them' : ` (${near}?)`}`
  }
  if (value === '') return undefined
  const fault = textFault(value) ?? known(value)
  return fault === undefined ? undefined : `: '${value}' ${fault}`
}
