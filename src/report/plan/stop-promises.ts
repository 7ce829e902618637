/** What a stop will do to a running machine and what it will not, so that a dry run promises no more than what happens. */
import {assertNever} from '../../domain/assert-never.js'
import type {CancelAsk} from '../../domain/work/asks.js'
import type {Task} from '../../domain/work/plan.js'

/** One line for each way to stop in the plan. */
export function stopPromises(tasks: readonly Task[]): readonly string[] {
  return [...new Set(tasks.flatMap((task) => (task.verb === 'cancel' ? promise(task.ask) : [])))]
}

function promise({how, force, graceMs, machine, foreign}: CancelAsk): readonly string[] {
  const others =
    machine === 'all'
      ? ['foreign machines and those of other users are left alone, and named']
      : foreign === true
        ? []
        : ['a foreign machine is left alone (FOREIGN_MACHINE)']
  return [...promiseOf({how, force, graceMs}), ...others]
}

function promiseOf({how, force, graceMs}: Pick<CancelAsk, 'how' | 'force' | 'graceMs'>): readonly string[] {
  const seconds = `${Math.round(graceMs / 1000)} s`
  switch (how) {
    case 'poweroff':
      if (force || graceMs === 0)
        return ['nobody is asked: the machine is ended at once (monitor quit, SIGTERM, SIGKILL)']
      return [
        `the guest is asked to shut down (power button, guest agent); ${seconds} later, not before, the machine is ended (monitor quit, SIGTERM, SIGKILL)`,
        'one that can be asked by neither, or that QEMU has stopped, is left as it is (MONITOR_FAILED); one in which no guest runs is ended at once',
      ]
    case 'reboot':
      if (force) return ['the guest is reset at once, without being asked']
      return [
        `the guest is asked to shut down (power button) and starts again in the same QEMU; one that does not follow within ${seconds} runs on (STOP_FAILED)`,
      ]
    case 'reset':
      return ['the guest is reset at once, without being asked']
    case 'suspend':
      return ['the memory of the guest is saved in its image; then its QEMU is ended']
    case 'pause':
    case 'resume':
      return []
    default:
      return assertNever(how)
  }
}
