/**
 * The report of a run: what each job answered on stdout, one part for each kind of action; failures, with equal ones
 * folded, and totals on stderr. `outcomes` are complete (refused ones included) and in plan order.
 */
import {assertNever} from '../../domain/assert-never.js'
import type {JobCollision} from '../../domain/machine/collision.js'
import type {JobData, Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Report} from '../../domain/work/report.js'
import {collisionsBody, collisionWarnings} from '../inventory/collision-warnings.js'
import {finishReport} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines, totalsLine} from '../shared/failures.js'
import type {Section, SectionOutcome} from '../shared/section.js'
import type {ReportStyle} from '../shared/style.js'
import {cancelSection} from './cancel-section.js'
import {type ChosenHost, chosenBody, chosenLines} from './chosen-host.js'
import {createSection} from './create-section.js'
import {enumerateSection} from './enumerate-section.js'
import {listSection} from './list-section.js'
import {neighboursSection} from './neighbours-section.js'
import {probeSection} from './probe-section.js'

interface RunReportInput {
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  /** What the inventory warned of before the run. */
  readonly collisions?: readonly JobCollision[]
  /** The host that was chosen where none was named. */
  readonly chosen?: readonly ChosenHost[]
  readonly style: ReportStyle
}

export function buildRunReport({plan, outcomes, collisions = [], chosen = [], style}: RunReportInput): Report {
  const kinds = kindsOf(plan, outcomes)
  const sections = kinds.map((kind) => sectionOf(kind, outcomes, style))
  const exitCode = exitCodeOf(outcomes)
  const [command = 'run'] = kinds
  return finishReport(
    {
      command: kinds.length === 1 ? command : 'run',
      exitCode,
      outcomes,
      ...collisionsBody(collisions),
      ...chosenBody(chosen),
    },
    {
      stdout: sections.map(({stdout}) => stdout).join(''),
      stderr: [
        ...chosenLines(chosen),
        ...collisionWarnings(collisions),
        ...sections.flatMap(({stderr}) => stderr),
        ...failureLines(outcomes, {plan}),
        totalsLine(outcomes, style),
      ],
    },
    style,
  )
}

type Kind = JobData['kind']

/** In the order of the plan; without any job what the outcomes hold. */
function kindsOf(plan: Plan, outcomes: readonly Outcome[]): readonly Kind[] {
  const answered = outcomes.flatMap((outcome) => (outcome.status === 'ok' ? [outcome.data.kind] : []))
  return [...new Set([...plan.jobs.map(({action}) => action.kind), ...answered])]
}

function sectionOf(kind: Kind, outcomes: readonly Outcome[], style: ReportStyle): Section {
  switch (kind) {
    case 'create':
      return createSection(answersOf(kind, outcomes), style)
    case 'cancel':
      return cancelSection(answersOf(kind, outcomes), style)
    case 'list':
      return listSection(answersOf(kind, outcomes), style)
    case 'enumerate':
      return enumerateSection(answersOf(kind, outcomes), style)
    case 'probe':
      return probeSection(answersOf(kind, outcomes), style)
    case 'neighbours':
      return neighboursSection(answersOf(kind, outcomes))
    default:
      return assertNever(kind)
  }
}

function answersOf<K extends Kind>(kind: K, outcomes: readonly Outcome[]): readonly SectionOutcome<K>[] {
  return outcomes.flatMap((outcome) => (isAnswer(kind, outcome) ? [outcome] : []))
}

function isAnswer<K extends Kind>(kind: K, outcome: Outcome): outcome is Outcome & SectionOutcome<K> {
  return outcome.status === 'ok' && outcome.data.kind === kind
}
