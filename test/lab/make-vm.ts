/**
 * Writes the directory of one VM in the classic layout: `<dir>/<label>/<label>.ctys` (settings), `.sh` (wrapper),
 * `.img` (boot image) and `.lab` (what only the lab's wrapper understands). Nothing is started.
 */
import {createHash, randomUUID} from 'node:crypto'
import {chmodSync, chownSync, copyFileSync, mkdirSync, truncateSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

export interface VmSpec {
  readonly label: string
  /** Where the VM's own directory is made; default /vm. */
  readonly dir?: string
  /** MiB, default 128. */
  readonly mem?: number
  /** DEFAULTCONSOLE; default NONE. */
  readonly console?: string
  readonly uuid?: string
  readonly macs?: readonly string[]
  /** Default admin. */
  readonly owner?: string
  /** Further keys of the settings file, or other values for the usual ones; undefined leaves a key out. */
  readonly keys?: Readonly<Record<string, string | undefined>>
  /** The guest ignores the power button. */
  readonly deaf?: boolean
  /** false: only the classic monitor socket. */
  readonly qmp?: boolean
  /** false: no monitor at all, only the console. */
  readonly monitor?: boolean
  /** QEMU keeps a log of the console, `<label>.con`. */
  readonly log?: boolean
  /** A guest agent runs in the guest, on the socket `<label>.qga`; `silent`: there is the channel and no agent behind it. */
  readonly agent?: true | 'silent'
  /** Default q35, where SeaBIOS leaves the ACPI registers unset after S3: no power button, no power off. `pc` has both. */
  readonly machine?: 'q35' | 'pc'
  /** The wrapper says this and exits with 1. */
  readonly fails?: string
  /** The wrapper lets QEMU detach itself. */
  readonly daemonize?: boolean
  /** Default user: QEMU's own network without a way out. */
  readonly net?: 'user' | 'vde' | 'none'
  /** Address of the guest's first interface with prefix length, e.g. 10.78.0.1/24. */
  readonly guestIp?: string
  /** false: QEMU takes no lock on its image, so nothing of QEMU keeps a second one away. */
  readonly locking?: boolean
  /** How the boot image is given, always last: `-drive file=...` (default) or the bare path. */
  readonly image?: 'drive' | 'bare'
  /** Directory of the guest's kernel and initramfs; default where lab hosts have it. */
  readonly guest?: string
}

/** Paths as the host sees them. */
export interface LabVm {
  readonly label: string
  readonly uuid: string
  readonly macs: readonly string[]
  readonly dir: string
  readonly config: string
  readonly wrapper: string
  readonly image: string
}

export interface VmPlace {
  /** Turns a path of the host into one of the machine. */
  path(hostPath: string): string
  /** Numeric user id of a user of that host. */
  uid(user: string): number
}

const wrapperScript = fileURLToPath(new URL('./wrapper.sh', import.meta.url))

export function writeVm(place: VmPlace, spec: VmSpec): LabVm {
  const dir = `${spec.dir ?? '/vm'}/${spec.label}`
  const base = `${dir}/${spec.label}`
  const uuid = spec.uuid ?? randomUUID()
  const macs = spec.macs ?? [macFor(`${spec.label} ${uuid}`)]
  const vm: LabVm = {
    label: spec.label,
    uuid,
    macs,
    dir,
    config: `${base}.ctys`,
    wrapper: `${base}.sh`,
    image: `${base}.img`,
  }
  mkdirSync(place.path(dir), {recursive: true})
  const write = (file: string, text: string, mode = 0o644) => writeFileSync(place.path(file), text, {mode})
  write(vm.config, `#!/bin/sh\n${keyLines({...settings(spec, vm), ...spec.keys})}`)
  write(`${base}.lab`, keyLines(labSettings(spec)))
  copyFileSync(wrapperScript, place.path(vm.wrapper))
  chmodSync(place.path(vm.wrapper), 0o755)
  write(vm.image, '')
  truncateSync(place.path(vm.image), 1024 * 1024)
  const uid = place.uid(spec.owner ?? 'admin')
  for (const file of [dir, vm.config, `${base}.lab`, vm.wrapper, vm.image]) chownSync(place.path(file), uid, uid)
  return vm
}

/** What the configurations of all machines say alike. */
export const usualKeys = {
  DIST: 'Debian',
  DISTREL: '12',
  OS: 'Linux',
  OSREL: '6.1',
  VERNO: '01.01.001',
  SERNO: '20240101120000',
  CATEGORY: 'VM',
  VMSTATE: 'ACTIVE',
  ARCH: 'x86_64',
  PLATFORM: 'q35',
  VCPU: '1',
  ACCELERATOR: 'QEMU',
  STARTERCALL: '/usr/bin/qemu-system-x86_64',
  DEFAULTHOSTS: 'localhost',
  DEFAULTCONSOLE: 'NONE',
} as const

function settings(spec: VmSpec, vm: LabVm): Record<string, string> {
  return {
    'MAGICID-QEMU': '',
    LABEL: spec.label,
    UUID: vm.uuid,
    ...Object.fromEntries(vm.macs.map((mac, index) => [`MAC${index}`, mac])),
    ...(spec.guestIp !== undefined && {IP0: spec.guestIp.replace(/\/.*/, '')}),
    ...usualKeys,
    VRAM: String(spec.mem ?? 128),
    ...(spec.console !== undefined && {DEFAULTCONSOLE: spec.console}),
  }
}

function labSettings(spec: VmSpec): Record<string, string | undefined> {
  return {
    LAB_DEAF: spec.deaf ? 'yes' : undefined,
    LAB_MONITOR: spec.monitor === false ? 'no' : undefined,
    LAB_LOG: spec.log ? 'yes' : undefined,
    LAB_AGENT: spec.agent === true ? 'yes' : spec.agent,
    LAB_MACHINE: spec.machine,
    LAB_QMP: spec.qmp === false ? 'no' : undefined,
    LAB_FAILS: spec.fails,
    LAB_DAEMONIZE: spec.daemonize ? 'yes' : undefined,
    LAB_NET: spec.net,
    LAB_GUESTIP: spec.guestIp,
    LAB_IMAGE: spec.image,
    LAB_LOCKING: spec.locking === false ? 'off' : undefined,
    LAB_GUEST: spec.guest,
  }
}

/** The settings as the lines of a file; undefined leaves a key out. */
export function keyLines(keys: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(keys)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => (key.startsWith('MAGICID') && value === '' ? `#@#${key}\n` : `#@#${key} = "${value}"\n`))
    .join('')
}

/** Machines of one label on several hosts have addresses of their own. */
function macFor(identity: string): string {
  const digest = createHash('sha256').update(identity).digest('hex')
  return `52:54:00:${digest.slice(0, 2)}:${digest.slice(2, 4)}:${digest.slice(4, 6)}`
}
