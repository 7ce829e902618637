import type {ErrorInfo} from '../errors.js'
import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {MachineAddress} from '../machine/machine-address.js'

/** The answer of `ctys why`: how words or an address resolve, from the inventory alone. */
export interface WhyAnswer {
  /** `words`: a question to the inventory; such words name no machine to a command. */
  readonly readAs: 'address' | 'words'
  /** The question as it was understood. */
  readonly asked: string
  /** What fits first, then what came near; one for each machine. */
  readonly candidates: readonly WhyCandidate[]
  /** Candidates that are not told. */
  readonly omitted: number
  /** What fits and lies at several paths or hosts, known by its UUID, or without one by its disk. */
  readonly paths: readonly {
    readonly uuid: string
    readonly disk?: string
    readonly records: readonly InventoryRecord[]
  }[]
  /** What a command would act on, without a host or on each one named. Empty for words. */
  readonly picks: readonly WhyPick[]
  /** What names each machine that fits to a command, as `host address`. */
  readonly addresses: readonly string[]
}

export interface WhyCandidate {
  /** The first record of the machine. */
  readonly record: InventoryRecord
  readonly fits: boolean
  /** Why it does not fit. */
  readonly reasons: readonly WhyReason[]
}

export interface WhyReason {
  readonly part: keyof MachineAddress | 'type' | 'host' | 'words'
  readonly text: string
}

/** Neither record nor error: nothing is known, the host would be searched. */
export interface WhyPick {
  /** The host as it was named; absent = the command was given none. */
  readonly host?: string
  readonly record?: InventoryRecord
  readonly error?: ErrorInfo
  /** Why this host, where the choice was left to ctys. */
  readonly because?: string
}
