/**
 * The talk on stderr about what did not work: `host: CODE: message`, the evidence indented, `  next: remedy`. Hosts
 * that failed alike share one entry with the remedy once; where the text names the host, the shared entry says HOST.
 */
import type {ErrorInfo} from '../../domain/errors.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import {listNames} from '../../lib/list-names.js'
import {plural} from '../../lib/plural.js'
import {degreeOf} from './exit-code.js'
import type {ReportStyle} from './style.js'

interface FailureContext {
  /** Gives the names a host has in messages. */
  readonly plan: Plan
  /** A further line about the hosts of one entry, such as what stays in the inventory. */
  readonly aside?: (group: readonly Outcome[]) => string | undefined
}

/** So many hosts are named for one failure; --json has them all. */
const mostHosts = 30

/** Lines without line ends and not escaped yet, in the order in which the first host of each entry stands in the plan. */
export function failureLines(outcomes: readonly Outcome[], context: FailureContext): readonly string[] {
  const groups = new Map<string, Entry[]>()
  for (const outcome of outcomes) {
    if (outcome.status === 'ok') continue
    const names = namesOf(outcome, context.plan)
    const text = textOf(outcome, names)
    const entry = {outcome, text, folded: text.map((line) => withoutNames(line, names))}
    const key = JSON.stringify(entry.folded)
    groups.set(key, [...(groups.get(key) ?? []), entry])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const isOne = new Set(group.map(({outcome}) => outcome.host)).size === 1
    const [head = '', ...rest] = isOne ? first.text : first.folded
    const hosts = listNames([...new Set(group.map(({outcome}) => whoOf(outcome)))], mostHosts)
    const aside = context.aside?.(group.map(({outcome}) => outcome))
    return [`${hosts}: ${head}`, ...rest, ...(aside === undefined ? [] : [`  ${aside}`])]
  })
}

/** The host, and the machine where one call is about several. */
function whoOf({host, machine}: Outcome): string {
  return machine === undefined ? host : `${host} ${machine}`
}

/** An error alone: `CODE: message`, evidence, remedy. Not escaped yet. */
export function errorText({code, message, hint, details = []}: ErrorInfo): readonly string[] {
  return [
    `${code}: ${message}`,
    ...details.map((line) => `    ${line}`),
    ...(hint === undefined ? [] : [`  next: ${hint}`]),
  ]
}

/** `3 hosts: 2 done, 1 failed`; nothing when all went well and it was one task, or a program reads along. */
export function totalsLine(outcomes: readonly Outcome[], {format}: ReportStyle): string | undefined {
  const allDone = outcomes.every((outcome) => degreeOf(outcome) === 'all')
  if (allDone && (outcomes.length < 2 || format !== 'text')) return undefined
  const count = (status: Outcome['status']) => outcomes.filter((outcome) => outcome.status === status).length
  const degree = (wanted: ReturnType<typeof degreeOf>) =>
    outcomes.filter((one) => degreeOf(one) === wanted && one.status === 'ok').length
  const parts = [
    [degree('all'), 'done'],
    [degree('part'), 'in part'],
    [count('ok') - degree('all') - degree('part'), 'without an answer'],
    [count('failed'), 'failed'],
    [count('unknown'), 'unknown'],
    [count('skipped'), 'skipped'],
  ] as const
  const hosts = new Set(outcomes.map(({host}) => host)).size
  const noun =
    hosts === outcomes.length ? plural(hosts, 'host') : `${plural(outcomes.length, 'job')} on ${plural(hosts, 'host')}`
  const told = parts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`)
  return `${noun}: ${told.join(', ')}`
}

interface Entry {
  readonly outcome: Outcome
  readonly text: readonly string[]
  readonly folded: readonly string[]
}

function textOf(outcome: Outcome, names: readonly string[]): readonly string[] {
  switch (outcome.status) {
    case 'ok':
      return []
    case 'skipped':
      return [`skipped: ${outcome.reason}`]
    case 'failed':
    case 'unknown': {
      const {error, status} = outcome
      const message = withoutPrefix(error.message, names)
      return errorText({...error, message: status === 'unknown' ? `${message} (its result is unknown)` : message})
    }
  }
}

/** The host as the report names it, and bare as a driver or transport may name it; the longer one first. */
function namesOf({taskId, host}: Outcome, plan: Plan): readonly string[] {
  const bare = plan.tasks.find(({id}) => id === taskId)?.target.host
  return bare === undefined || bare === host ? [host] : [host, bare]
}

/** The entry starts with the host: a message that does so too would say it twice. */
function withoutPrefix(message: string, names: readonly string[]): string {
  const name = names.find((candidate) => message.startsWith(`${candidate}: `))
  return name === undefined ? message : message.slice(name.length + 2)
}

/** Replaces the host's names where they are not part of a longer name or path. */
function withoutNames(line: string, names: readonly string[]): string {
  const literal = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  return line.replace(new RegExp(`(?<![\\w./-])(?:${literal})(?![\\w/-]|\\.\\w)`, 'g'), 'HOST')
}
