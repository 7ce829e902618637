/** Why the start script started nothing, in words; its answers are told in remote/start.ts. */
import {type CtysError, PreconditionError} from '../../../domain/errors.js'
import {formatTarget, type Target} from '../../../domain/target.js'
import {on} from '../../../lib/command-on.js'
import type {StartRequest} from './start-request.js'

export function notStarted(
  target: Target,
  {machine, display}: StartRequest,
  says: ReadonlyMap<string, string>,
  stderr: string,
): CtysError {
  const host = formatTarget(target)
  const there = on(target)
  const refuse = (code: CtysError['code'], text: string, hint: string) =>
    new PreconditionError(code, `${host}: ${machine.label} was not started: ${text}`, {hint})
  if (says.has('busy')) {
    return refuse('BUSY', `another ctys is starting it (process ${says.get('busy')})`, 'wait for it, or ask again')
  }
  if (says.has('running')) {
    const pid = says.get('running') ?? ''
    const text = `${host}: ${machine.label} is running already: process ${pid} holds its lease`
    return new PreconditionError('ALREADY_RUNNING', text, {hint: `look at it: ${there`ps -p ${pid}`}`})
  }
  const inWay = ownerAndPath(says.get('inway'))
  if (inWay !== undefined) {
    const {owner, path} = inWay
    const text = `${path} is in the way and belongs to ${owner}`
    return refuse('START_FAILED', text, `as ${owner} or root: ${there`rm -r ${path}`}`)
  }
  const closed = says.get('closed')
  if (closed !== undefined) {
    const hint = `see: ${there`ls -ld ${closed}`}`
    return refuse('START_FAILED', `its directory cannot be entered: ${closed}`, hint)
  }
  const log = says.get('nolog')
  if (log !== undefined) {
    const hint = `see: ${there`ls -ld ${log}`}; is there space: ${there`df ${log}`}`
    return refuse('START_FAILED', `its log cannot be made: ${log}`, hint)
  }
  if (says.has('nodisplay')) {
    return display === 'auto'
      ? refuse('NO_FREE_DISPLAY', 'every VNC display is taken', 'stop a machine, or use the console type NONE')
      : refuse('NO_FREE_DISPLAY', `VNC display ${display} is taken`, 'leave the display out: a free one is found')
  }
  if (says.has('nodir')) {
    return refuse('START_FAILED', `no directory for its sockets: ${says.get('nodir')}`, 'set CTYS_SOCKBASE on the host')
  }
  if (says.has('unsafe')) {
    const dir = says.get('unsafe') ?? ''
    return refuse('START_FAILED', `anybody may replace its sockets in ${dir}`, there`chmod +t ${dir}`)
  }
  if (says.has('full')) {
    const dir = says.get('full') ?? ''
    return refuse('START_FAILED', `there is no space left in ${dir}`, `free some: ${there`df ${dir}`}`)
  }
  if (says.has('socket')) {
    const path = says.get('socket')
    return refuse('START_FAILED', `its socket path is too long: ${path}`, 'use a shorter label or CTYS_SOCKBASE')
  }
  return new PreconditionError('COMMAND_FAILED', `${host}: the start script of ctys failed`, {
    details: stderr.split('\n').filter(Boolean).slice(0, 10),
  })
}

export function ownerAndPath(said: string | undefined): {readonly owner: string; readonly path: string} | undefined {
  const [, owner, path] = /^(\S+) (.+)$/.exec(said ?? '') ?? []
  return owner === undefined || path === undefined ? undefined : {owner, path}
}
