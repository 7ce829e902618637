/** The names of the fields as release 01.11.022 of the original prints them, by position. */
import type {TitleStyle} from '../../domain/inventory/record-output.js'

export interface Headings {
  readonly names: readonly string[]
  /** Where a title line differs, by position: the original did not spell all names the same everywhere. */
  readonly titles?: Readonly<Partial<Record<TitleStyle, Readonly<Record<number, string>>>>>
}

const first = 'ContainingMachine SessionType Label ID UUID MAC TCP DISPLAY ClientAccessPort ServerAccessPort'

/** ENUMERATE and ctys-vhost: 47 fields; the two behind them are ours. */
export const inventoryHeadings: Headings = {
  names: [
    ...first.split(' '),
    ...'VNCbasePort Distro Distrorel OS OSREL VersNo SerialNo Category VMstate HypervisorRelease'.split(' '),
    ...'StackCapability StackRequirement HWcapability HWrequirement ExecLocation RelocationCapability'.split(' '),
    ...'SSHport netname HyperrelRun Accelerator ExePath Index ifname CTYSrelease netmask gateway relay'.split(' '),
    ...'Arch Platform VRAM VCPU ContextStg UserStrg UID GID DefHOSTs DefCONSOLE'.split(' '),
    ...'ObservedAt Source'.split(' '),
  ],
  titles: {name: {23: 'HWCapability', 24: 'HWRequirement'}, index: {28: 'Netname'}},
}

/** LIST: 22 fields. */
export const listHeadings: Headings = {
  names: [
    ...first.split(' '),
    ...'PID UID GUID C/S-Type JobID IFNAME RESERVED1 CONTEXTSTRG EXECPATH HYPERRELRUN ACCELERATOR ARCH'.split(' '),
  ],
}
