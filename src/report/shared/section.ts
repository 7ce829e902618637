import type {OutcomeBase} from '../../domain/work/outcome.js'
import type {Answer, Verb} from '../../domain/work/verbs.js'

/** The part of a report about one kind of action: the answer, complete with line ends, and lines of talk. */
export interface Section {
  readonly stdout: string
  /** Without line ends, not escaped yet. */
  readonly stderr: readonly string[]
}

/** An outcome that went well, with the data of one kind. */
export interface SectionOutcome<V extends Verb> extends OutcomeBase {
  readonly data: Answer<V>
}
