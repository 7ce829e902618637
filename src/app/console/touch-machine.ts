/** `ctys monitor`, `keys`, `type` and `vnc`: one machine is asked, told, or seen. */
import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import type {MediaAsk, ScreenAsk} from '../../domain/work/console-asks.js'
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

export interface MediaInput extends MachineInput {
  readonly how: string
  readonly file?: string | undefined
  readonly drive?: string | undefined
  readonly format: string
  readonly force: boolean
}

/** What lies in its drives; with `insert` or `eject` it is changed. */
export async function changeMedia(input: MediaInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const change = changeOf(input)
  return onMachine(input, (machine) => ({verb: 'media', ask: {machine, ...(change && {change})}}), context)
}

function changeOf({how, file, drive, format, force}: MediaInput): MediaAsk['change'] {
  const faults: string[] = []
  if (!['list', 'insert', 'eject'].includes(how)) faults.push(`'${how}' is none of list, insert FILE, eject`)
  else if ((how === 'insert') !== (file !== undefined)) {
    faults.push(how === 'insert' ? 'insert: names no file' : `${how}: takes no file, and ${file} is one`)
  }
  if (file !== undefined && !file.startsWith('/')) faults.push(`${file}: name it by its absolute path on the host`)
  for (const word of [file, drive, format]) {
    if (word !== undefined && /[\x00-\x1f\x7f]/.test(word)) faults.push('a name has a control character in it')
  }
  if (!/^[a-z0-9-]+$/.test(format)) faults.push(`--format ${format}: a format of QEMU, such as raw or qcow2`)
  if (force && how !== 'eject') faults.push('--force is for eject')
  if (faults.length > 0) throw new UsageError(faults, 'ctys media --help')
  if (how === 'list') return undefined
  const at = drive === undefined ? {} : {drive}
  return file === undefined ? {do: 'eject', force, ...at} : {do: 'insert', file, format, ...at}
}

export interface ScreenInput extends MachineInput, Omit<ScreenAsk, 'machine'> {}

export async function showScreen(input: ScreenInput, context: CommandContext): Promise<RunResult | PlanResult> {
  const {who, take} = input
  return onMachine(input, (machine) => ({verb: 'screen', ask: {machine, who, ...(take && {take})}}), context)
}
