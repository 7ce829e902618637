/** `ctys new`: what was made where. Where all was there already nothing succeeded, and it says so. */
import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {MakeResult} from '../../domain/results/make.js'
import type {MadeMachine} from '../../domain/work/make.js'
import {plural} from '../../lib/plural.js'
import {pastable} from '../../lib/shell-quote.js'
import type {RunBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'
import type {Answers} from '../shared/section.js'
import type {ReportStyle} from '../shared/style.js'
import type {View} from '../shared/view.js'
import {makeVerbView} from './make-section.js'

export const makeView: View<MakeResult, RunBody> = {
  exit: exitOf,
  body: ({outcomes}) => ({command: 'make', outcomes}),
  text: (result, style) => makeVerbView.text(answersOf(result), style),
  terse: (result, style) => makeVerbView.terse(answersOf(result), style),
  notes: (result, style) => [
    ...makeVerbView.notes(answersOf(result), style),
    ...failureLines(result.outcomes, result),
    summary(answersOf(result), style),
  ],
  acted: () => true,
}

function answersOf({outcomes}: MakeResult): Answers<'make'> {
  return outcomes.flatMap((outcome) =>
    outcome.status === 'ok' && outcome.data.kind === 'make' ? [{...outcome, data: outcome.data}] : [],
  )
}

function exitOf(result: MakeResult): ExitStatus {
  const data = answersOf(result).map((answer) => answer.data)
  const wasInterrupted = data.some(({notMade}) => notMade.some(({code}) => code === 'INTERRUPTED'))
  if (wasInterrupted) return exitStatus.interrupted
  const status = exitCodeOf(result.outcomes)
  const isDone = data.some(({machines}) => machines.some(isNew))
  return status === exitStatus.ok && !isDone ? exitStatus.nothingSucceeded : status
}

function isNew({state}: MadeMachine): boolean {
  return state !== 'there'
}

function summary(answers: Answers<'make'>, {format}: ReportStyle): string | undefined {
  const machines = answers.flatMap(({data}) => data.machines)
  const notMade = answers.flatMap(({data}) => data.notMade)
  const made = machines.filter(isNew)
  const there = machines.length - made.length
  const [first] = made
  if (first === undefined) {
    if (there === 0) return undefined
    return `nothing was made: ${there === 1 ? 'it was' : `all ${there} were`} there already, made by the same call before`
  }
  if (format !== 'text') return undefined
  const parts = [
    `${plural(made.length, 'machine')} made`,
    ...(there > 0 ? [`${there} there already`] : []),
    ...(notMade.length > 0 ? [`${notMade.length} not made`] : []),
  ]
  return `${parts.join(', ')}; next: ctys start ${pastable(first.label)}`
}
