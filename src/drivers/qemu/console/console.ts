/**
 * The serial console of a running machine, on its socket or port. Before a byte passes the process is proven to be the
 * machine by its own monitor, and to listen there itself; nothing is typed before QEMU has taken this connection.
 */
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {handler} from '../../../domain/work/handler.js'
import {here} from '../../../lib/command-on.js'
import {interrupted} from '../../../lib/deadline.js'
import type {QemuProcess} from '../process/processes.js'
import {attach, type Opened} from './attach.js'
import {chooseShown, nameOf, seenMachine} from './choose.js'
import {followLog} from './record.js'
import {touching} from './touch.js'

export const console = handler<'console', QemuProcess>({
  check: chooseShown,
  run: async ({ask, target}, context, process) => {
    const client = context.console
    if (client === undefined) throw new CtysError('INTERNAL', 'nobody is there for a console')
    const title = `${nameOf(process)} on ${formatTarget(target)}`
    const {end, endMachine, ...opened} =
      ask.mode === 'watch' ? await watch(process, title, context) : await attach(process, ask, {title, context})
    // a lost link ends the stream too, and says nothing of the machine
    const checkLink = () => context.session.exec(['true'], {signal: context.signal})
    try {
      const left = await client.join(opened, context.signal).catch(async (error: unknown) => {
        if (!context.signal.aborted) await checkLink()
        throw error
      })
      if (context.signal.aborted) throw interrupted()
      if (left.ended === 'closed') await checkLink()
      const seen = {kind: 'console', ...seenMachine(process), ...left} as const
      if (endMachine === undefined) return seen
      if (await endMachine()) return {...seen, coupled: true}
      throw new ActionError('STOP_FAILED', `${nameOf(process)}: its console was left, and it did not end with it`, {
        hint: here`ctys stop ${process.label || `pid:${process.pid}`} ${formatTarget(target)} --force`,
      })
    } finally {
      end()
    }
  },
})

async function watch(process: QemuProcess, title: string, context: HostContext): Promise<Opened> {
  const {stream, record} = await followLog(process, context)
  return {
    ...(record !== undefined && {record}),
    ...{stream, title, readOnly: 'this is its log', end: () => void stream.destroy()},
    ...touching(process, {context}),
  }
}
