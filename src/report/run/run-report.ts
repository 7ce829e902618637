/**
 * The report of a run: what each task answered on stdout, one part for each kind of action; failures, with equal ones
 * folded, and totals on stderr. `outcomes` are complete (refused ones included) and in plan order.
 */
import type {TaskCollision} from '../../domain/machine/collision.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Report} from '../../domain/work/report.js'
import type {Verb} from '../../domain/work/verbs.js'
import {collisionsBody, collisionWarnings} from '../inventory/collision-warnings.js'
import {finishReport} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines, totalsLine} from '../shared/failures.js'
import type {Section, SectionOutcome} from '../shared/section.js'
import type {ReportStyle} from '../shared/style.js'
import {cancelSection, leftLines} from './cancel-section.js'
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
  readonly collisions?: readonly TaskCollision[]
  /** The host that was chosen where none was named. */
  readonly chosen?: readonly ChosenHost[]
  readonly style: ReportStyle
}

export function buildRunReport({plan, outcomes, collisions = [], chosen = [], style}: RunReportInput): Report {
  const kinds = kindsOf(plan, outcomes)
  const parts = kinds.map((kind) => sectionOf(kind, outcomes, style))
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
      stdout: parts.map(({stdout}) => stdout).join(''),
      stderr: [
        ...chosenLines(chosen),
        ...collisionWarnings(collisions),
        ...parts.flatMap(({stderr}) => stderr),
        ...failureLines(outcomes, {plan}),
        ...outcomes.flatMap((outcome) => ('error' in outcome ? leftLines(outcome.host, outcome.error) : [])),
        totalsLine(outcomes, style),
      ],
    },
    style,
  )
}

/** In the order of the plan; without any task what the outcomes hold. */
function kindsOf(plan: Plan, outcomes: readonly Outcome[]): readonly Verb[] {
  const answered = outcomes.flatMap((outcome) => (outcome.status === 'ok' ? [outcome.data.kind] : []))
  return [...new Set([...plan.tasks.map(({verb}) => verb), ...answered])]
}

const sections: {readonly [V in Verb]: (answers: readonly SectionOutcome<V>[], style: ReportStyle) => Section} = {
  create: createSection,
  cancel: cancelSection,
  list: listSection,
  enumerate: enumerateSection,
  probe: probeSection,
  neighbours: neighboursSection,
}

function sectionOf<V extends Verb>(verb: V, outcomes: readonly Outcome[], style: ReportStyle): Section {
  return sections[verb](answersOf(verb, outcomes), style)
}

function answersOf<V extends Verb>(verb: V, outcomes: readonly Outcome[]): readonly SectionOutcome<V>[] {
  return outcomes.flatMap((outcome) => (isAnswer(verb, outcome) ? [outcome] : []))
}

function isAnswer<V extends Verb>(verb: V, outcome: Outcome): outcome is Outcome & SectionOutcome<V> {
  return outcome.status === 'ok' && outcome.data.kind === verb
}
