/** `ctys monitor`, `keys`, `type` and `vnc`: one machine is asked, told, or seen. */
import {UsageError} from '../../domain/errors.js'
import type {DeskContext} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import {type LayoutName, layoutNames, strokesOfText} from '../../parse/keys/layouts.js'
import {parseStrokes} from '../../parse/keys/parse-strokes.js'
import type {MachineWords} from '../run/act-on-machines.js'
import {onMachine} from './on-machine.js'

export {type LayoutName, layoutNames}

export interface MonitorWords extends MachineWords {
  /** A line of the human monitor; or a command of QMP as JSON. */
  readonly line?: string
  readonly qmp?: string
}

export async function askMonitor(words: MonitorWords, context: DeskContext): Promise<RunResult | PlanResult> {
  const {line, qmp} = words
  const command = qmp === undefined ? undefined : parseQmp(qmp)
  if (line !== undefined && /[\x00-\x1f\x7f]/.test(line)) throw new UsageError(['a monitor command is one line'])
  return onMachine(
    words,
    (machine) => ({
      verb: 'monitor',
      ask: {machine, ...(line !== undefined && {line}), ...(command !== undefined && {qmp: command})},
    }),
    context,
  )
}

/** `{"execute": "query-status"}`, or the name of a command alone. */
function parseQmp(text: string) {
  if (/^[a-zA-Z][\w.-]*$/.test(text)) return {execute: text}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError([`--qmp: ${error instanceof Error ? error.message : 'no JSON'}`], qmpForm)
  }
  const {execute, arguments: parameters} = (value ?? {}) as {execute?: unknown; arguments?: unknown}
  const isMap = typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters)
  if (typeof execute !== 'string' || (parameters !== undefined && !isMap)) {
    throw new UsageError(['--qmp: no command of QMP'], qmpForm)
  }
  return {execute, ...(isMap && {arguments: {...parameters}})}
}

const qmpForm = `--qmp '{"execute": "query-status"}'`

export interface KeysWords extends MachineWords {
  readonly strokes: readonly string[]
}

export async function sendKeys(words: KeysWords, context: DeskContext): Promise<RunResult | PlanResult> {
  const faults: string[] = []
  const strokes = parseStrokes(words.strokes, faults)
  if (faults.length > 0) throw new UsageError(faults, 'names of keys: a, f1, ret, esc, tab, delete, up, ctrl-alt-f2')
  return onMachine(words, (machine) => ({verb: 'keys', ask: {machine, strokes}}), context)
}

export interface TextWords extends MachineWords {
  readonly text: string
  readonly layout: LayoutName
}

export async function typeText(words: TextWords, context: DeskContext): Promise<RunResult | PlanResult> {
  const faults: string[] = []
  const strokes = strokesOfText(words.text, words.layout, faults)
  if (faults.length > 0) throw new UsageError(faults, 'name the layout the guest has: --layout')
  return onMachine(words, (machine) => ({verb: 'keys', ask: {machine, strokes}}), context)
}

export async function showScreen(words: MachineWords, context: DeskContext): Promise<RunResult | PlanResult> {
  return onMachine(words, (machine) => ({verb: 'screen', ask: {machine}}), context)
}
