/** A port of a guest, reached from its host: for a client that opens connections to it until it leaves. */
import {isIP} from 'node:net'
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import {formatTarget} from '../../../domain/target.js'
import {handler} from '../../../domain/work/handler.js'
import {toRunningMachine} from '../list/list.js'
import type {QemuProcess} from '../process/processes.js'
import {chooseShown, nameOf, seenMachine} from './choose.js'

export const forward = handler<'forward', QemuProcess>({
  check: chooseShown,
  run: async ({ask: {port}, record, target}, {session, screen: client, signal}, process) => {
    if (client === undefined) throw new CtysError('INTERNAL', 'nobody is there for a port')
    const known = [record?.tcp, ...toRunningMachine(process, target).tcps].find(
      (text) => text !== undefined && isIP(text) !== 0,
    )
    if (known === undefined) {
      throw new PreconditionError('UNREACHABLE', `${nameOf(process)}: no address of the guest is recorded`, {
        hint: 'set IP0 in its configuration, then scan its host',
      })
    }
    const title = `port ${port} of ${nameOf(process)} (${known}) by ${formatTarget(target)}`
    await client.show({title, open: () => session.open({tcp: port, address: known}, {signal})}, signal)
    return {kind: 'forward', ...seenMachine(process), port}
  },
})
