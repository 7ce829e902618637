import type {Target} from '../target.js'

/** Which hosts gave no answer lately. Never rejects: what is not remembered costs time and nothing else. */
export interface SilentHosts {
  /** Whether it gave none in the last minutes. */
  isSilent(target: Target): Promise<boolean>
  note(target: Target, answered: boolean): Promise<void>
}
