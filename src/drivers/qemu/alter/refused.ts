/** Why a machine was not changed. */
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import {formatTarget, type Target} from '../../../domain/target.js'
import type {Change} from '../../../domain/work/alter.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {here, on} from '../../../lib/command-on.js'

interface Refusal {
  readonly says: ReadonlyMap<string, string>
  readonly asked: Change
  readonly stderr: string
}

export function refused(target: Target, {id, label}: EnumeratedMachine, {says, asked, stderr}: Refusal): Error {
  const host = formatTarget(target)
  const used = says.get('used')
  if (used !== undefined) {
    const [image = '', by = ''] = splitPaths(used)
    return new PreconditionError(
      'IN_USE',
      `${host}: ${image} of ${label} is what ${by} stands on; nothing was changed`,
      {
        hint: /\.(?:ctys|conf)$/.test(by)
          ? 'remove that machine first, or take the image out of its configuration'
          : `remove that machine first, or make its image whole: ${on(target)`qemu-img rebase -b '' ${by}`}`,
      },
    )
  }
  const running = says.get('running')
  if (running !== undefined) {
    return new PreconditionError('ALREADY_RUNNING', `${host}: ${label} is running (process ${running})`, {
      hint: `stop it first: ${here`ctys stop ${id} ${host}`}`,
    })
  }
  if (says.has('busy')) {
    return new PreconditionError('BUSY', `${host}: another ctys is working on ${label}`, {
      hint: 'wait for it, or ask again',
    })
  }
  if (says.has('assigned')) {
    return new PreconditionError(
      'UNSUPPORTED',
      `${host}: the configuration of ${label} sets ${says.get('assigned')} for a shell too; both have to be the same`,
      {
        hint: `change it by hand: ${on(target)`vi ${id}`}`,
      },
    )
  }
  if (says.has('taken')) {
    return new PreconditionError(
      'EXISTS',
      `${host}: something is there already in place of ${nameOf(asked)}; it was left as it is`,
      {
        hint: 'take another name',
      },
    )
  }
  if (says.has('foreign')) {
    return new PreconditionError(
      'UNSUPPORTED',
      `${host}: ${says.get('foreign')} is none that ctys made: it may name things of ${label}`,
      {
        hint: 'make the new machine of its image: ctys new NAME HOST --image PATH --full',
      },
    )
  }
  const details = stderr.split('\n').filter(Boolean).slice(0, 5)
  const [reason = 'it did not say why'] = details
  if (says.has('failed')) {
    return new ActionError('ALTER_FAILED', `${host}: ${asked.what} of ${label} failed: ${reason}`, {details})
  }
  return new PreconditionError('COMMAND_FAILED', `${host}: ${label} was not changed: no lease of it could be taken`, {
    details: [...[...says].map(([word, rest]) => `${word} ${rest}`), ...details].slice(0, 5),
  })
}

/** Two absolute paths, a blank between them. */
function splitPaths(text: string): readonly string[] {
  const at = text.indexOf(' /')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function nameOf(asked: Change): string {
  return asked.what === 'clone' ? asked.label : asked.what
}
