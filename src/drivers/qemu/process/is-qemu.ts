/** Which processes are machines of QEMU, each counted once. */
import {posix} from 'node:path'
import type {RawProcess} from './raw-process.js'

/** `.qemu-system-x86_64-wrapped` is what NixOS makes of a wrapped program. */
const hypervisorName = /^(?:\.?qemu-system-.+|qemu|(?:qemu-)?kvm|kvm-spice)$/

/**
 * The executable counts; the name a process was called by only where the executable is hidden from us, or is one that
 * keeps "qemu" or "kvm" in its name. So a shell that mentions QEMU is none, nor a script that is called like it, nor
 * qemu-img. Of a hidden one that was called by another name (`exec -a`) the kernel's name of the program counts.
 */
export function isQemu({exe, argv, name}: Pick<RawProcess, 'exe' | 'argv' | 'name'>): boolean {
  const [called = '', ...words] = argv
  if (argv.every((word) => word === '')) return false
  if (hypervisorName.test(posix.basename(exe))) return true
  if (!mayBeQemu({exe})) return false
  if (hypervisorName.test(posix.basename(called))) return true
  // of a script it is the script's name (proc(5), comm: 15 bytes), which stands behind its interpreter and one option of it
  const isScript = words.slice(0, 2).some((word) => posix.basename(word).slice(0, 15) === name)
  return exe === '' && hypervisorName.test(name) && !isScript
}

/** Of a process that did not say how it was called: nothing that is shown says that it is another program. */
export function mayBeQemu({exe}: Pick<RawProcess, 'exe'>): boolean {
  return exe === '' || /qemu|kvm/.test(posix.basename(exe))
}

/**
 * Whether a QEMU would have refused these words at once: it takes one bare word, the image of its first disk, and two of
 * them contend for that place (system/vl.c, drive_add). A word behind one with a dash is never counted, whatever that
 * one is, so that no option of a version to come makes a machine disappear. Words of ps(1) are no words: they fall apart
 * at blanks.
 */
export function isRefusedByQemu(argv: readonly string[]): boolean {
  const isOption = (word: string | undefined): boolean => word?.startsWith('-') ?? false
  const bare = argv.filter((word, i) => i > 0 && !isOption(word) && (i === 1 || !isOption(argv[i - 1])))
  return bare.length > 1
}

/** Guest architecture by the name of the program; `kvm` and its kin run that of their host (uname -m), or empty. */
export function archOf({exe, argv}: Pick<RawProcess, 'exe' | 'argv'>, machine: string): string {
  const names = [exe, argv[0] ?? ''].map((path) => posix.basename(path))
  for (const name of names) {
    const [, arch = ''] = /^\.?qemu-system-([a-z0-9_]+)/.exec(name) ?? []
    if (arch !== '') return arch
  }
  return names.some((name) => hypervisorName.test(name)) ? (hostArchs[machine] ?? machine) : ''
}

/** Where uname(1) and QEMU call an architecture differently. */
const hostArchs: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  i486: 'i386',
  i586: 'i386',
  i686: 'i386',
  arm64: 'aarch64',
  ppc64le: 'ppc64',
  powerpc64: 'ppc64',
  armv7l: 'arm',
  armv6l: 'arm',
}

/**
 * One machine is one QEMU: a child with the executable and the words of its parent (a fork, or the process that
 * -async-teardown leaves to free the memory) belongs to it. When the parent is gone that one is no machine any more: it
 * has no descriptors and is called `cleanup/PID` (util/async-teardown.c). With -daemonize it is the child, in a session of its
 * own, that stays.
 */
export function withoutKin(processes: readonly RawProcess[]): readonly RawProcess[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]))
  const parentOf = (process: RawProcess) => {
    const parent = byPid.get(process.parent)
    return parent !== undefined && parent !== process && sameProgram(parent, process) ? parent : undefined
  }
  const dropped = new Set<RawProcess>()
  for (const process of processes) {
    const isTeardown = /^cleanup\/\d+$/.test(process.name)
    const parent = parentOf(process)
    if (parent === undefined) {
      if (isTeardown && process.kvm === undefined && !byPid.has(Number(process.name.slice(8)))) dropped.add(process)
    } else if (!isTeardown && isDaemon(process, parent)) dropped.add(parent)
    else dropped.add(process)
  }
  return processes.filter((process) => !dropped.has(process))
}

function isDaemon(child: RawProcess, parent: RawProcess): boolean {
  return child.session !== parent.session && child.argv.some((word) => /^--?daemonize$/.test(word))
}

function sameProgram(a: RawProcess, b: RawProcess): boolean {
  return a.exe === b.exe && a.argv.length === b.argv.length && a.argv.every((word, i) => word === b.argv[i])
}
