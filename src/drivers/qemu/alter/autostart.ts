import {posix} from 'node:path'
import {ActionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {AlterData} from '../../../domain/work/alter.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {autostartScript} from '../remote/autostart.js'

/** Whether the host starts the machine when it comes up itself; nothing of the machine is changed. */
export async function autostart(
  {id, label}: EnumeratedMachine,
  how: 'on' | 'off' | 'list',
  {session, signal}: HostContext,
): Promise<AlterData> {
  const {dir, name} = posix.parse(id)
  const wrapper = posix.join(dir, `${name}.sh`)
  const answer = await session.script(autostartScript, [how, wrapper], {deadlineMs: 60_000, signal})
  const lines = answer.stdout.toString().split('\n').filter(Boolean)
  const all = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
  const [state] = all('state')
  if (state === undefined) {
    const details = answer.stderr.toString().split('\n').filter(Boolean).slice(0, 5)
    const [reason = 'it did not say why'] = details
    throw new ActionError('ALTER_FAILED', `${formatTarget(session.target)}: autostart of ${label} failed: ${reason}`, {
      details,
    })
  }
  const [by = ''] = all('by')
  return {
    ...{kind: 'alter', what: 'autostart', label, id, files: [wrapper], kept: []},
    autostart: {by, isOn: state === 'on'},
    notes: all('note'),
  }
}
