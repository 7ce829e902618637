/** The configuration of a machine that was there before ctys. Pure. */
import type {Adoption} from '../../../domain/work/adopt.js'

/** `ctys new` would choose the same for a machine of which nothing is known. */
const plainMachine = {memoryMiB: 1024, cpus: 1}

export function adoptedConfigText(adoption: Adoption, serial: string): string {
  const {label, uuid, macs, arch, accelerator, disks, how, starter, words, foundAs, path} = adoption
  const isImage = how === 'image'
  const memory = adoption.memoryMiB || (isImage ? plainMachine.memoryMiB : 0)
  const cpus = adoption.cpus || (isImage ? plainMachine.cpus : 0)
  const isOwnerless = foundAs === 'SCRIPT' || foundAs === 'IMAGE'
  const keys: readonly (readonly [key: string, value: string | undefined])[] = [
    ['LABEL', label],
    ['SESSIONTYPE', 'QEMU'],
    ['UUID', dashed(uuid)],
    ...macs.map((mac, index) => [`MAC${index}`, mac] as const),
    ['SERNO', serial],
    ['CATEGORY', 'VM'],
    ['VMSTATE', 'ACTIVE'],
    ['ARCH', arch],
    ['VRAM', memory > 0 ? String(memory) : ''],
    ['VCPU', cpus > 0 ? String(cpus) : ''],
    ['ACCELERATOR', isImage ? '' : accelerator],
    ['STARTERCALL', starter],
    ['DEFAULTCONSOLE', 'NONE'],
    ['HDDBOOTIMAGE', disks[0] ?? ''],
    ['HDDBOOTIMAGE_FORMAT', adoption.format ?? ''],
    ...(isImage ? [['NET', 'user'] as const] : []),
    ['ADOPTED', isOwnerless ? path : ''],
    ['SCRIPTCALL', how === 'script' ? path : ''],
    ['WORKDIR', adoption.workDirectory ?? ''],
    ['FIRSTSERIAL', adoption.serial ? '' : 'none'],
  ]
  const lines = keys.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [`#@#${key} = "${value}"`]))
  const call = how === 'call' ? words.map((word, index) => `#@#ARG${index} = "${word}"`) : []
  return [
    '# Settings of a virtual machine that was here before ctys; the wrapper beside this file and ctys read them.',
    '#@#MAGICID-QEMU',
    ...lines,
    ...call,
    '',
  ].join('\n')
}

function dashed(uuid: string): string {
  return uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
