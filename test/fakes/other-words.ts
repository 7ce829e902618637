import {parseCommandLine} from '../../src/drivers/qemu/process/command-line.js'
import type {QemuProcess} from '../../src/drivers/qemu/process/processes.js'

/** The process as if these were its words. */
export function withWords(process: QemuProcess, argv: readonly string[]): QemuProcess {
  return {...process, argv, commandLine: parseCommandLine(argv)}
}
