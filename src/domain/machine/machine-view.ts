import type {ErrorCode} from '../error-codes.js'
import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {RunningMachine} from '../work/answers.js'

/** One machine as `ctys show` has it: what is recorded, what runs, and where the two disagree. */
export interface MachineView {
  /** All records of the machine, at all its paths. */
  readonly recorded: readonly InventoryRecord[]
  /** Of every host that was asked, by its name in the inventory; several where several processes are this machine. */
  readonly live: readonly LiveState[]
  readonly differences: readonly MachineDifference[]
}

export type LiveState =
  /** `hostId` as in ListData: two names with the same one are one host. */
  | {readonly host: string; readonly status: 'running'; readonly machine: RunningMachine; readonly hostId?: string}
  | {readonly host: string; readonly status: 'notRunning'}
  /** It does not run; its memory lies in its image. */
  | {readonly host: string; readonly status: 'suspended'; readonly image: string; readonly since: string}
  /** The host did not answer, or does not show enough; it never means "off". */
  | {readonly host: string; readonly status: 'unknown'; readonly code: ErrorCode}

export interface MachineDifference {
  readonly host: string
  /** `host`: it runs on another host than this record's, or more than once. */
  readonly field: 'label' | 'uuid' | 'id' | 'mac' | 'accelerator' | 'arch' | 'vncDisplay' | 'host'
  readonly recorded: string
  readonly live: string
}

/** What runs, each process once: a host under two names shows it twice. */
export function eachProcess(live: readonly LiveState[]): readonly Extract<LiveState, {status: 'running'}>[] {
  const seen = new Set<string>()
  return live.flatMap((state) => {
    if (state.status !== 'running') return []
    const {hostId = state.host, machine} = state
    const key = `${hostId} ${machine.pid}`
    if (seen.has(key)) return []
    seen.add(key)
    return [state]
  })
}
