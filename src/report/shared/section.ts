import type {OutcomeBase} from '../../domain/work/outcome.js'
import type {Answer, Verb} from '../../domain/work/verbs.js'
import type {ReportStyle} from './style.js'

/** How the answers of one verb are shown; as a View shows a whole result. */
export interface VerbView<V extends Verb> {
  /** Escaped and complete with line ends. */
  text(answers: Answers<V>, style: ReportStyle): string
  terse(answers: Answers<V>, style: ReportStyle): string
  /** Without line ends, not escaped yet. */
  notes(answers: Answers<V>, style: ReportStyle): readonly string[]
}

export type Answers<V extends Verb> = readonly SectionOutcome<V>[]

/** An outcome that went well, with the data of one kind. */
export interface SectionOutcome<V extends Verb> extends OutcomeBase {
  readonly data: Answer<V>
}
