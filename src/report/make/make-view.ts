/** `ctys new`: what was made where. Where all was there already nothing succeeded, and it says so. */
import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {MakeResult} from '../../domain/results/make.js'
import type {MadeMachine} from '../../domain/work/make.js'
import {plural} from '../../lib/plural.js'
import {pastable} from '../../lib/shell-quote.js'
import {runView} from '../run/run-view.js'
import type {RunBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'
import type {Answers} from '../shared/section.js'
import type {ReportStyle} from '../shared/style.js'
import type {View} from '../shared/view.js'
import {imageLine} from './image-section.js'
import {makeVerbView} from './make-section.js'

export const makeView: View<MakeResult, RunBody> = {
  exit: exitOf,
  body: ({outcomes, started}) => ({command: 'make', outcomes: [...outcomes, ...(started?.outcomes ?? [])]}),
  text: (result, style) =>
    makeVerbView.text(answersOf(result), style) +
    (result.started === undefined ? '' : runView.text(result.started, style)),
  terse: (result, style) =>
    makeVerbView.terse(answersOf(result), style) +
    (result.started === undefined ? '' : runView.terse(result.started, style)),
  notes: (result, style) => [
    ...imagesOf(result),
    ...makeVerbView.notes(answersOf(result), style),
    ...failureLines(result.outcomes, result),
    summary(answersOf(result), style, result.started !== undefined),
    ...(result.started === undefined ? [] : runView.notes(result.started, style)),
  ],
  acted: () => true,
}

function answersOf({outcomes}: MakeResult): Answers<'make'> {
  return outcomes.flatMap((outcome) =>
    outcome.status === 'ok' && outcome.data.kind === 'make' ? [{...outcome, data: outcome.data}] : [],
  )
}

/** What was brought for them; what was there is no news. */
function imagesOf({outcomes}: MakeResult): readonly string[] {
  return outcomes.flatMap((outcome) =>
    outcome.status === 'ok' && outcome.data.kind === 'image' && outcome.data.state !== 'there'
      ? [imageLine(outcome.host, outcome.data)]
      : [],
  )
}

function exitOf(result: MakeResult): ExitStatus {
  const data = answersOf(result).map((answer) => answer.data)
  const wasInterrupted = data.some(({notMade}) => notMade.some(({code}) => code === 'INTERRUPTED'))
  if (wasInterrupted) return exitStatus.interrupted
  // an image is no machine
  const makes = result.outcomes.filter((outcome) => !(outcome.status === 'ok' && outcome.data.kind === 'image'))
  const status = exitCodeOf(makes)
  if (result.started !== undefined) return exitCodeOf([...makes, ...result.started.outcomes])
  const isDone = data.some(({machines}) => machines.some(isNew))
  return status === exitStatus.ok && !isDone ? exitStatus.nothingSucceeded : status
}

function isNew({state}: MadeMachine): boolean {
  return state !== 'there'
}

function summary(answers: Answers<'make'>, {format}: ReportStyle, isStarted: boolean): string | undefined {
  const machines = answers.flatMap(({data}) => data.machines)
  const notMade = answers.flatMap(({data}) => data.notMade)
  const made = machines.filter(isNew)
  const there = machines.length - made.length
  const [first] = made
  if (first === undefined) {
    if (isStarted) return undefined
    if (there === 0) return undefined
    return `nothing was made: ${there === 1 ? 'it was' : `all ${there} were`} there already, made by the same call before`
  }
  if (format !== 'text') return undefined
  const parts = [
    `${plural(made.length, 'machine')} made`,
    ...(there > 0 ? [`${there} there already`] : []),
    ...(notMade.length > 0 ? [`${notMade.length} not made`] : []),
  ]
  return `${parts.join(', ')}${isStarted ? '' : `; next: ctys start ${pastable(first.label)}`}`
}
