/** A QEMU that runs and is none of ctys, as a machine of ctys. Pure. */
import {posix} from 'node:path'
import {ownerOf} from '../../../domain/machine/session-types.js'
import type {Adoption} from '../../../domain/work/adopt.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {machineOfArgv} from '../process/machine-of-argv.js'
import type {QemuProcess} from '../process/processes.js'
import {nameOfImage} from './from-config.js'
import {keptWords} from './words.js'

/** `twin`: the configuration it has, `described`: what that says, where its owner describes it there. */
export function fromProcess(
  process: QemuProcess,
  twin: EnumeratedMachine | undefined,
  described: Adoption | undefined,
): Adoption {
  const {argv, cwd, pid, exePath, commandLine, disks, imagePath, isolated, manager, unread, claims} = process
  const {memoryMiB, cpus} = machineOfArgv(argv, cwd || '/')
  const kept = keptWords(argv)
  const owner = manager?.name ?? (twin && ownerOf(twin.type)) ?? (isolated ? 'a container' : undefined)
  const isRelative = [...commandLine.files, ...filesBeside(argv)].some((path) => path !== '' && !path.startsWith('/'))
  const isGone = cwd === '' || commandLine.options.some(({name}) => name === 'daemonize')
  const running = {
    label: process.label || twin?.label || nameOfImage(imagePath),
    pid,
    ...(owner !== undefined && {owner}),
  }
  // its owner starts it anew each time: what is written there lasts longer than the words of one start
  if (described !== undefined && described.refusals.length === 0)
    return {...described, ...running, path: described.path}
  return {
    ...running,
    path: twin?.id ?? '',
    foundAs: twin !== undefined && owner !== undefined ? twin.type : 'PROCESS',
    uuid: process.uuid,
    macs: process.macs,
    arch: process.arch,
    memoryMiB,
    cpus,
    accelerator: process.accelerator === 'unknown' ? '' : process.accelerator,
    disks,
    how: 'call',
    starter: exePath,
    words: kept.words,
    ...(isRelative && !isGone && {workDirectory: cwd}),
    serial: kept.serial,
    directory: imagePath === '' || imagePath.startsWith('/dev/') ? '' : posix.dirname(imagePath),
    refusals: [
      ...kept.refusals,
      ...(isolated ? ['it runs in a container: its paths are not those of the host'] : []),
      ...(unread || claims !== undefined
        ? ['it may be a machine of ctys already: its configuration was not proven']
        : []),
      ...(isRelative && isGone
        ? ['it has relative paths and has left the directory where they start (-daemonize)']
        : []),
      ...(!exePath.startsWith('/') ? ['its program is not shown to this account'] : []),
    ],
  }
}

/** Words that name files of other kinds than disks. */
function filesBeside(argv: readonly string[]): readonly string[] {
  return argv.flatMap((word, i) =>
    /^--?(?:initrd|dtb|pflash|fda|fdb|L|readconfig)$/.test(argv[i - 1] ?? '') ? [word] : [],
  )
}
