/** Machines that a CANCEL does not touch, and what is said of them. */
import {PreconditionError} from '../../../domain/errors.js'
import {doubtOf, seeAllHint, unseenText} from '../../../domain/machine/list-doubt.js'
import {formatAddress, type MachineAddress} from '../../../domain/machine/machine-address.js'
import {formatTarget, type Target} from '../../../domain/target.js'
import {here, on} from '../../../lib/command-on.js'
import type {QemuProcess, SeenProcesses} from '../process/processes.js'
import {title} from './climb.js'

/** None of ctys': without a configuration, run by another program, or in a container. */
export function isForeign({config, manager, isolated}: QemuProcess): boolean {
  return config === undefined || manager !== undefined || isolated
}

/** Whether it is one of ctys' nobody could tell: its configuration did not answer, and nothing says that another runs it. */
export function isUnread({unread, manager, isolated}: QemuProcess): boolean {
  return unread && manager === undefined && !isolated
}

/** What ends a process all the same, whoever runs it. */
function past({pid}: QemuProcess, target: Target): string {
  return here`ctys stop pid:${String(pid)} ${formatTarget(target)} --foreign`
}

/** Its words are all that is known of it, and they are no proof. */
export function refuseUnread(process: QemuProcess, target: Target): PreconditionError {
  const {pid, user} = process
  const message = `the files of ${title(process)} (process ${pid} of ${user}) did not answer; whether it is a machine of ctys is not known, and it was left alone`
  return new PreconditionError('STORAGE_WEDGED', message, {
    hint: `if you know that it is the one: ${past(process, target)}`,
  })
}

export function refuseForeign(process: QemuProcess, target: Target): PreconditionError {
  const {pid, user, manager, isolated, commandLine} = process
  const host = formatTarget(target)
  const owner =
    manager !== undefined
      ? `is run by ${manager.name}`
      : isolated
        ? 'runs in a container'
        : `is no machine of ctys (user ${user})`
  const command = manager?.stop(target) ?? ''
  const name = commandLine.name === '' ? '' : ` (process ${pid})`
  return new PreconditionError('FOREIGN_MACHINE', `${host}: ${title(process)}${name} ${owner}; it was left alone`, {
    hint:
      command === ''
        ? `to stop it all the same: ${past(process, target)}`
        : `${command} (past ${manager?.name}: ${past(process, target)})`,
  })
}

interface Search {
  readonly seen: SeenProcesses
  readonly target: Target
  /** What has that name and is not the machine. */
  readonly told: readonly string[]
}

export function notFound(address: MachineAddress, {seen, target, told}: Search): PreconditionError {
  const list = here`ctys list ${formatTarget(target)}`
  const asked = formatAddress(address)
  const lines = [...told, ...seen.unseen.map(unseenText)]
  const details = lines.length > 0 ? {details: lines} : {}
  switch (doubtOf(seen)) {
    case 'PROCESSES_HIDDEN': {
      const message = `no running machine this account sees fits ${asked}, and the host hides those of other users`
      return new PreconditionError('PROCESSES_HIDDEN', message, {hint: seeAllHint, ...details})
    }
    case 'PROCESSES_UNSEEN': {
      const message = `no running machine fits ${asked}, but not every process of the host could be looked at`
      return new PreconditionError('PROCESSES_UNSEEN', message, {hint: `see: ${list}`, ...details})
    }
    case 'STORAGE_WEDGED': {
      const message = `no running machine fits ${asked}, but the configurations beside the images did not answer`
      return new PreconditionError('STORAGE_WEDGED', message, {
        hint: `see: ${list}`,
        ...details,
      })
    }
    default: {
      const domain = seen.deviceModels.find(({name, pid}) => name === address.label || pid === address.pid)
      if (domain !== undefined) {
        const message = `${domain.name || asked} is a domain of Xen; process ${domain.pid} only emulates its devices`
        return new PreconditionError('NOT_RUNNING', message, {hint: on(target)`xl shutdown ${domain.name}`})
      }
      return new PreconditionError('NOT_RUNNING', `no running machine fits ${asked}`, {
        hint: `see: ${list}`,
        ...details,
      })
    }
  }
}
