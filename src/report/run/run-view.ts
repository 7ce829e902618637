/**
 * A run: what each task answered on stdout, one part for each kind of action; failures, with equal ones folded, and
 * totals on stderr. `outcomes` are complete (refused ones included) and in plan order.
 */
import type {RunResult} from '../../domain/results/run.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {changes, type Verb} from '../../domain/work/verbs.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {adoptableView, adoptVerbView} from '../adopt/adopt-sections.js'
import {alterView} from '../alter/alter-section.js'
import {collisionsBody, collisionWarnings} from '../inventory/collision-warnings.js'
import {configureView} from '../make/configure-section.js'
import {imageView} from '../make/image-section.js'
import {makeVerbView} from '../make/make-section.js'
import {netApplyView, netDiffView} from '../net/apply-section.js'
import {netJoinView, netUnderlayView} from '../net/join-section.js'
import {netConfirmView, netMoveView, netPendingView, netUndoView} from '../net/net-move-sections.js'
import {netPlanView} from '../net/plan-section.js'
import {netStatusView} from '../net/status-section.js'
import {netDownView, netSwitchView, netUpView} from '../net/up-section.js'
import type {RunBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines, totalsLine} from '../shared/failures.js'
import type {Answers, SectionOutcome, VerbView} from '../shared/section.js'
import type {ReportStyle} from '../shared/style.js'
import type {View} from '../shared/view.js'
import {cancelView, leftLines} from './cancel-section.js'
import {chosenBody, chosenLines} from './chosen-host.js'
import {consoleView, forwardView, keysView, monitorView, screenshotView, screenView, shown} from './console-sections.js'
import {createView} from './create-section.js'
import {enumerateView} from './enumerate-section.js'
import {listView} from './list-section.js'
import {mediaView} from './media-section.js'
import {neighboursView} from './neighbours-section.js'
import {ownedView} from './owned-section.js'
import {probeView} from './probe-section.js'
import {shadowedLines} from './shadowed-hosts.js'
import {shownOutcome} from './shown-only.js'

export const runView: View<RunResult, RunBody> = {
  exit: ({outcomes}) => exitCodeOf(outcomes),
  body({collisions, chosen, outcomes, sheet, display, ...result}) {
    const [command = 'run', ...others] = verbsOf({outcomes, ...result})
    return {
      command: others.length === 0 ? command : 'run',
      outcomes: outcomes.map((outcome) => shownOutcome(outcome, display?.only)),
      ...(sheet !== undefined && {sheet}),
      ...collisionsBody(collisions),
      ...chosenBody(chosen),
    }
  },
  text: (result, style) =>
    heading(result) +
    partsOf(result, (view, answers) => view.text(answers, asked(result, style))).join('') +
    sheetText(result, style),
  terse: (result, style) =>
    heading(result) + partsOf(result, (view, answers) => view.terse(answers, asked(result, style))).join(''),
  notes: (result, style) => [
    ...shadowedLines(result.shadowed),
    ...chosenLines(result.chosen),
    ...collisionWarnings(result.collisions),
    ...partsOf(result, (view, answers) => view.notes(answers, asked(result, style))).flat(),
    ...failureLines(result.outcomes, result),
    ...result.outcomes.flatMap((outcome) => ('error' in outcome ? leftLines(outcome.host, outcome.error) : [])),
    totalsLine(result.outcomes, style),
  ],
  acted: (result) => verbsOf(result).some(changes),
}

function sheetText({sheet}: RunResult, style: ReportStyle): string {
  if (sheet === undefined) return ''
  return sheet.file === undefined ? shown(sheet, style) : `${escapeControls(sheet.file)}\n`
}

function heading({display}: RunResult): string {
  return display?.heading === undefined ? '' : `${escapeControls(display.heading)}\n`
}

/** With the layout that the words of the call ask for. */
function asked({display}: RunResult, style: ReportStyle): ReportStyle {
  return display === undefined ? style : {...style, display}
}

const views: {readonly [V in Verb]: VerbView<V>} = {
  create: createView,
  cancel: cancelView,
  make: makeVerbView,
  image: imageView,
  configure: configureView,
  alter: alterView,
  adoptable: adoptableView,
  adopt: adoptVerbView,
  owned: ownedView,
  list: listView,
  enumerate: enumerateView,
  probe: probeView,
  neighbours: neighboursView,
  monitor: monitorView,
  console: consoleView,
  keys: keysView,
  media: mediaView,
  forward: forwardView,
  screen: screenView,
  screenshot: screenshotView,
  'net-up': netUpView,
  'net-down': netDownView,
  'net-plan': netPlanView,
  'net-status': netStatusView,
  'net-switch': netSwitchView,
  'net-diff': netDiffView,
  'net-apply': netApplyView,
  'net-join': netJoinView,
  'net-underlay': netUnderlayView,
  'net-move': netMoveView,
  'net-undo': netUndoView,
  'net-confirm': netConfirmView,
  'net-pending': netPendingView,
}

/** In the order of the plan; without any task what the outcomes hold. */
function verbsOf({plan, outcomes}: Pick<RunResult, 'plan' | 'outcomes'>): readonly Verb[] {
  const answered = outcomes.flatMap((outcome) => (outcome.status === 'ok' ? [outcome.data.kind] : []))
  return [...new Set([...plan.tasks.map(({verb}) => verb), ...answered])]
}

type Show<T> = <V extends Verb>(view: VerbView<V>, answers: Answers<V>) => T

/** One part for each verb. */
function partsOf<T>(result: RunResult, show: Show<T>): readonly T[] {
  const part = <V extends Verb>(verb: V) => show(views[verb], answersOf(verb, result.outcomes))
  return verbsOf(result).map((verb) => part(verb))
}

function answersOf<V extends Verb>(verb: V, outcomes: readonly Outcome[]): Answers<V> {
  return outcomes.flatMap((outcome) => (isAnswer(verb, outcome) ? [outcome] : []))
}

function isAnswer<V extends Verb>(verb: V, outcome: Outcome): outcome is Outcome & SectionOutcome<V> {
  return outcome.status === 'ok' && outcome.data.kind === verb
}
