/** A line for the human monitor, or a command of QMP: what QEMU answers. */
import {PreconditionError} from '../../../domain/errors.js'
import {handler} from '../../../domain/work/handler.js'
import type {QemuProcess} from '../process/processes.js'
import {atMonitor, chooseShown, seenMachine} from './choose.js'

/** Some commands write memory to a disk. */
const answerMs = 120_000

export const monitor = handler<'monitor', QemuProcess>({
  check: chooseShown,
  run: async ({ask: {line = '', qmp}}, context, process) => {
    const reply = await atMonitor(process, 'answer', context, async ({execute, human}) => {
      if (qmp === undefined) return human(line, answerMs)
      if (execute !== undefined) return execute(qmp.execute, qmp.arguments, answerMs)
      throw new PreconditionError('UNSUPPORTED', `${process.label || `process ${process.pid}`}: has no QMP monitor`, {
        hint: 'give a line of the human monitor, such as: info status',
      })
    })
    return {kind: 'monitor', ...seenMachine(process), reply}
  },
})
