/** A clone of a machine that is off: beside it, with addresses and a name of its own, also inside where cloud-init is. */
import {randomBytes} from 'node:crypto'
import {posix} from 'node:path'
import type {Clone} from '../../../domain/work/alter.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {wrapperText} from '../make/wrapper.js'

/** What belongs to the old machine alone and is not written anew. */
const dropped = [
  'HDA',
  'HDB',
  'HDC',
  'HDD',
  'HDDBOOTIMAGE',
  'VNCACCESSDISPLAY',
  'VNCDISPLAY',
  'SSHPORT',
  'IP',
  'TCP',
  'MAC',
]
const mostInterfaces = 16

/**
 * cloud-init gives the guest its name and new host keys of SSH, because its instance is another one; it does not renew
 * machine-id(5), of which systemd-networkd makes its DHCP identifier. Vendor data leaves what the user told cloud-init.
 */
const vendorData = `#cloud-config
bootcmd:
  - [cloud-init-per, instance, ctys-machine-id, sh, -c, "rm -f /etc/machine-id /var/lib/dbus/machine-id; systemd-machine-id-setup || dbus-uuidgen --ensure; :"]
`

/** Of remote/clone.ts, behind those of the lease. */
export function cloneArguments(clone: Clone): readonly string[] {
  const {label, uuid, macs, ip, how, fingerprint, seed} = clone
  const all = (names: readonly string[]) => names.map((key) => [key, ''] as const)
  const numbered = (key: string) => Array.from({length: mostInterfaces}, (_, n) => `${key}${n}`)
  const own: readonly (readonly [string, string])[] = [
    ...all([...dropped, ...numbered('MAC'), ...numbered('IP')]),
    ['LABEL', label],
    ['UUID', uuid],
    ...macs.map((mac, n) => [`MAC${n}`, mac] as const),
    ...(ip === undefined ? [] : [['IP0', ip] as const]),
    ['HDDBOOTIMAGE', `${label}.qcow2`],
    ['HDDBOOTIMAGE_FORMAT', 'qcow2'],
    ['VMSTATE', 'ACTIVE'],
    ['INST_CALL', fingerprint],
  ]
  // the last one of a key counts, and keeps its place
  const keys = [...new Map(own)].map(([key, value]) => `${key} ${value}`).join('\n')
  return [label, fingerprint, how, keys, seed?.metaData ?? '', seed?.userData ?? '', vendorData]
}

export const cloneInput = wrapperText

export function directoryOf({id}: Pick<EnumeratedMachine, 'id'>, label: string): string {
  return posix.join(posix.dirname(posix.dirname(id)), label)
}

export function newToken(): string {
  return randomBytes(16).toString('hex')
}
