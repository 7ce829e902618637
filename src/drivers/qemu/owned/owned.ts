/**
 * OWNED: tells the manager of a machine to start or stop it, by its own command on the host, and looks what came of it.
 * `check` looks whether it runs.
 */
import {setTimeout as sleep} from 'node:timers/promises'
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import {isKnownUuid, normalizeUuid} from '../../../domain/machine/machine-address.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {handler} from '../../../domain/work/handler.js'
import type {OwnedAsk, OwnedData} from '../../../domain/work/owned.js'
import {interrupted} from '../../../lib/deadline.js'
import {pastable} from '../../../lib/shell-quote.js'
import {type QemuProcess, scanQemu} from '../process/processes.js'
import {ownedScript} from '../remote/owned.js'

const commandMs = 120_000
const pollMs = 500

export const owned = handler<'owned', QemuProcess | undefined>({
  async check({ask}, context) {
    const running = await findOwned(ask, context)
    const host = formatTarget(context.session.target)
    if (ask.what === 'start' && running !== undefined) {
      throw new PreconditionError('ALREADY_RUNNING', `${host}: ${ask.label} runs already (process ${running.pid})`)
    }
    return running
  },
  async run({ask}, context, before) {
    const {session, signal, note} = context
    const {what, label, owner, argv, waitMs} = ask
    const host = formatTarget(session.target)
    note(`${owner} is told to ${what} it`)
    const {exitCode, stdout, stderr} = await session.script(ownedScript, argv, {deadlineMs: commandMs, signal})
    const said = `${stdout}\n${stderr}`
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, 5)
    if (exitCode !== 0) {
      throw new ActionError(
        'OWNER_FAILED',
        `${host}: ${owner} did not ${what} ${label}: ${said.at(-1) ?? `exit ${exitCode}`}`,
        {
          details: said,
          hint: `see it there: ${argv.map(pastable).join(' ')}`,
        },
      )
    }
    const end = Date.now() + waitMs
    for (;;) {
      const seen = await findOwned(ask, context)
      const base = {kind: 'owned', what, label, owner, said} as const
      if (seen !== undefined && (what === 'start' || Date.now() >= end)) {
        return {...base, state: 'running', pid: seen.pid} satisfies OwnedData
      }
      if (what === 'stop' && seen === undefined) {
        return {...base, state: before === undefined ? 'unseen' : 'off'} satisfies OwnedData
      }
      if (Date.now() >= end) return {...base, state: 'unseen'} satisfies OwnedData
      await sleep(pollMs, undefined, {signal}).catch(() => {
        throw interrupted()
      })
    }
  },
})

/** By its UUID, or by its name where one of both has none. */
async function findOwned({label, uuid}: OwnedAsk, {session, signal}: HostContext): Promise<QemuProcess | undefined> {
  const {processes} = await scanQemu(session, {signal})
  return processes.find((process) => {
    const own = normalizeUuid(process.uuid)
    return isKnownUuid(own) && uuid !== '' ? own === uuid : process.label === label
  })
}
