/** What a stop will do to a running machine and what it will not, so that a dry run promises no more than what happens. */
import type {CancelAsk} from '../../domain/work/asks.js'
import type {Task} from '../../domain/work/plan.js'

/** One line for each way to stop in the plan. */
export function stopPromises(tasks: readonly Task[]): readonly string[] {
  return [...new Set(tasks.flatMap((task) => (task.verb === 'cancel' ? promise(task.ask) : [])))]
}

function promise({how, force, graceMs}: CancelAsk): readonly string[] {
  if (how !== 'poweroff') return []
  if (force || graceMs === 0) return ['nobody is asked: the machine is ended at once (monitor quit, SIGTERM, SIGKILL)']
  const seconds = `${Math.round(graceMs / 1000)} s`
  return [
    `the guest is asked to shut down (power button, guest agent); ${seconds} later, not before, the machine is ended (monitor quit, SIGTERM, SIGKILL)`,
    'one that can be asked by neither, or that QEMU has stopped, is left as it is (MONITOR_FAILED); one in which no guest runs is ended at once',
  ]
}
