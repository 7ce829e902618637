/** Strokes of keys, as if typed on the machine's keyboard: QMP's `send-key`, or `sendkey` of the human monitor. */
import {setTimeout as sleep} from 'node:timers/promises'
import {handler} from '../../../domain/work/handler.js'
import {interrupted} from '../../../lib/deadline.js'
import type {QemuProcess} from '../process/processes.js'
import {atMonitor, chooseShown, seenMachine} from './choose.js'

/** QEMU holds a stroke for this long, and takes the next ones into a queue; a guest reads slower than that. */
const holdMs = 20
const betweenMs = 30

export const keys = handler<'keys', QemuProcess>({
  check: chooseShown,
  run: async ({ask: {strokes}}, context, process) => {
    await atMonitor(process, 'take keys', context, async ({execute, human}) => {
      for (const stroke of strokes) {
        if (execute === undefined) await human(`sendkey ${stroke.join('-')} ${holdMs}`)
        else {
          const data = stroke.map((key) => ({type: 'qcode', data: key}))
          await execute('send-key', {keys: data, 'hold-time': holdMs})
        }
        await sleep(holdMs + betweenMs, undefined, {signal: context.signal}).catch(() => {
          throw interrupted()
        })
      }
    })
    return {kind: 'keys', ...seenMachine(process), strokes: strokes.length}
  },
})
