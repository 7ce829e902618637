import type {MachineAddress} from '../../domain/machine/machine-address.js'
import type {MachineRecords} from '../../domain/machine/machine-records.js'

/** A machine that a command is to act on. */
export type Selected =
  /** Named: it may be one that the inventory does not know. */
  | {readonly by: 'name'; readonly machine: MachineAddress}
  /** Found by a pattern or a question: the places that fit, of one machine; never empty. */
  | {readonly by: 'search'; readonly places: readonly [MachineRecords, ...MachineRecords[]]}
