/** Which accelerator a QEMU uses, by its words (-accel, -machine accel=, the name of the program) and what it holds. */
import {posix} from 'node:path'
import {parseValues, type QemuOption} from './command-line-options.js'

/** It stands in a file, or the words leave a choice and the descriptors cannot be read. */
export const unknownAccelerator = 'unknown'

/**
 * In the order QEMU tries them; empty when the words say nothing. Several -accel are a list, of -machine, -enable-kvm and
 * their kin the last one counts, as in vl.c.
 */
export function findAccelerators(options: readonly QemuOption[]): readonly string[] {
  const listed = options.flatMap(({name, value}) =>
    name === 'accel' ? [parseValues(value, 'accel').get('accel') ?? ''] : [],
  )
  const machine = options.flatMap(({name, value}) => {
    if (name === 'enable-kvm') return ['kvm']
    if (name === 'enable-hax') return ['hax']
    if (name === 'no-kvm') return ['tcg']
    return name === 'machine' || name === 'M' ? [parseValues(value, 'type').get('accel') ?? ''] : []
  })
  const named = listed.some((text) => text !== '') ? listed : machine.filter((text) => text !== '').slice(-1)
  return named.flatMap((text) => text.split(':')).filter((text) => text !== '')
}

/** What of the process tells more than its words. */
export interface Holding {
  /** It has a descriptor of KVM open; undefined where its descriptors cannot be read. */
  readonly kvm?: boolean | undefined
}

/**
 * KVM, QEMU (emulation), another name in upper case, or `unknown`. A KVM descriptor decides; without one, of several
 * choices KVM was not the one that worked. Emulation always works, so nothing behind it in a list counts.
 */
export function acceleratorOf(argv: readonly string[], options: readonly QemuOption[], {kvm}: Holding): string {
  if (kvm === true) return 'KVM'
  const words = findAccelerators(options)
  const left = kvm === false && words.length > 1 ? words.filter((word) => word !== 'kvm') : words
  const [first, second] = left
  if (first === 'tcg') return 'QEMU'
  if (first !== undefined) return second === undefined ? first.toUpperCase() : unknownAccelerator
  if (options.some(({name}) => name === 'readconfig')) return unknownAccelerator
  return kvm === undefined && prefersKvm(argv) ? 'KVM' : 'QEMU'
}

/** configure_accelerators of QEMU looks at the end of its own name. */
function prefersKvm(argv: readonly string[]): boolean {
  return /^(qemu-)?kvm(-spice)?$/.test(posix.basename(argv[0] ?? ''))
}
