import {PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {alterScript} from '../remote/alter.js'

/**
 * What the boot image stands on, for the compression: two lines, its path and its format, empty without one. Throws
 * IMAGE_UNUSABLE for an image that cannot be compressed, or would lose its snapshots.
 */
export async function backingOf(
  {label}: EnumeratedMachine,
  lease: readonly string[],
  {session, signal}: HostContext,
): Promise<string> {
  const host = formatTarget(session.target)
  const {stdout, stderr} = await session.script(alterScript, [...lease, 'info', '', ''], {deadlineMs: 30_000, signal})
  const [, path = '', text = ''] = /^image ([^\n]*)\n([\s\S]*)$/.exec(stdout.toString()) ?? []
  let info: Readonly<Record<string, unknown>> = {}
  try {
    info = JSON.parse(text) as typeof info
  } catch {
    const details = stderr.toString().split('\n').filter(Boolean).slice(0, 5)
    throw new PreconditionError('IMAGE_UNUSABLE', `${host}: the boot image of ${label} cannot be read`, {details})
  }
  const refuse = (why: string, hint: string) =>
    new PreconditionError('IMAGE_UNUSABLE', `${host}: ${path} ${why}`, {hint})
  if (info.format !== 'qcow2')
    throw refuse(`is ${String(info.format)}; only qcow2 is compressed`, 'qemu-img convert makes a qcow2 of it')
  if (Array.isArray(info.snapshots) && info.snapshots.length > 0) {
    throw refuse('holds snapshots, which would be lost', 'delete them first: ctys snapshot list, ctys snapshot delete')
  }
  const {'backing-filename': backing, 'backing-filename-format': format} = info
  const lines = [backing, format].map((value) => (typeof value === 'string' ? value : ''))
  if (lines.some((line) => line.includes('\n')))
    throw refuse('stands on an image whose name holds a line end', 'rename it')
  return `${lines.join('\n')}\n`
}
