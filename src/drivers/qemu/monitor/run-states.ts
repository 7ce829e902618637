/** QEMU's names for the state of a machine (RunState of qapi/run-state.json), and ours. */
import type {MachineState} from '../../../domain/work/answers.js'

/** Ours are QEMU's own names but for two. */
const states: Readonly<Record<string, MachineState>> = {
  running: 'running',
  paused: 'paused',
  suspended: 'suspended',
  'io-error': 'io-error',
  watchdog: 'watchdog',
  'save-vm': 'save-vm',
  'restore-vm': 'restore-vm',
  debug: 'debug',
  colo: 'colo',
  postmigrate: 'postmigrate',
  inmigrate: 'inmigrate',
  'finish-migrate': 'finish-migrate',
  prelaunch: 'prelaunch',
  preconfig: 'prelaunch',
  shutdown: 'shutdown',
  'internal-error': 'crashed',
  'guest-panicked': 'guest-panicked',
}

/** `unknown` for a name that no QEMU has said so far. */
export function toState(status: unknown): MachineState {
  return (typeof status === 'string' && Object.hasOwn(states, status) ? states[status] : undefined) ?? 'unknown'
}
