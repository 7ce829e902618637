/** `ctys monitor`, `keys`, `type` and `vnc`: one machine is asked, told, or seen. */
import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import {type LayoutName, layoutNames, strokesOfText} from '../../parse/keys/layouts.js'
import {parseStrokes} from '../../parse/keys/parse-strokes.js'
import type {MachineInput} from '../run/act-on-machines.js'
import {onMachine} from './on-machine.js'

export {type LayoutName, layoutNames}

export interface MonitorInput extends MachineInput {
  /** A line of the human monitor; or a command of QMP as JSON. */
  readonly line?: string
  readonly qmp?: string
}

export async function askMonitor(input: MonitorInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const {line, qmp} = input
  const command = qmp === undefined ? undefined : parseQmp(qmp)
  if (line !== undefined && /[\x00-\x1f\x7f]/.test(line)) throw new UsageError(['a monitor command is one line'])
  return onMachine(
    input,
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

export interface KeysInput extends MachineInput {
  readonly strokes: readonly string[]
}

export async function sendKeys(input: KeysInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const faults: string[] = []
  const strokes = parseStrokes(input.strokes, faults)
  if (faults.length > 0) throw new UsageError(faults, 'names of keys: a, f1, ret, esc, tab, delete, up, ctrl-alt-f2')
  return onMachine(input, (machine) => ({verb: 'keys', ask: {machine, strokes}}), context)
}

export interface TextInput extends MachineInput {
  readonly text: string
  readonly layout: LayoutName
}

export async function typeText(input: TextInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const faults: string[] = []
  const strokes = strokesOfText(input.text, input.layout, faults)
  if (faults.length > 0) throw new UsageError(faults, 'name the layout the guest has: --layout')
  return onMachine(input, (machine) => ({verb: 'keys', ask: {machine, strokes}}), context)
}

export async function showScreen(input: MachineInput, context: CommandContext): Promise<RunResult | PlanResult> {
  return onMachine(input, (machine) => ({verb: 'screen', ask: {machine}}), context)
}
