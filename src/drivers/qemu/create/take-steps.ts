/** What a serial console shows as text, and the steps that are taken on it. */
import {setTimeout as sleep} from 'node:timers/promises'
import type {BootStep} from '../../../domain/work/boot-step.js'
import {interrupted} from '../../../lib/deadline.js'
import {escapeControls} from '../../../lib/escape-controls.js'

/** A step that was not taken; the message names it and shows the last lines. */
export class StepLate extends Error {}

export interface ScreenText {
  add(chunk: Buffer): void
  close(): void
  /** Everything shown so far, without escape sequences; its beginning may be forgotten. */
  readonly text: string
  /** How many characters were forgotten. */
  readonly forgotten: number
  readonly isClosed: boolean
}

const mostKept = 256 * 1024
/** ECMA-48: control sequences, control strings, and other escapes. */
const escapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-Z\\^-~])/g
/** At the end, one whose rest has not come. */
const unfinished = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]{0,200}|[ -/]*)?$/

export function createScreenText(before: string): ScreenText {
  let [text, rest, forgotten, isClosed] = [before.replace(escapes, ''), '', 0, false]
  const decoder = new TextDecoder()
  return {
    add(chunk) {
      const whole = rest + decoder.decode(chunk, {stream: true})
      const cut = unfinished.exec(whole)?.index ?? whole.length
      rest = whole.slice(cut)
      text += whole.slice(0, cut).replace(escapes, '')
      if (text.length <= mostKept) return
      forgotten += text.length - mostKept / 2
      text = text.slice(-mostKept / 2)
    },
    close: () => {
      isClosed = true
    },
    get text() {
      return text
    },
    get forgotten() {
      return forgotten
    },
    get isClosed() {
      return isClosed
    },
  }
}

interface Taking {
  readonly screen: ScreenText
  readonly type: (text: string) => void
  /** For each step. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly note?: (text: string) => void
}

/** How long a character may take to be shown: a boot loader under emulation is slow. */
const echoMs = 10_000
const pollMs = 15

/** Throws StepLate, and INTERRUPTED. */
export async function takeSteps(steps: readonly BootStep[], taking: Taking): Promise<void> {
  const {screen, type, timeoutMs, signal, note} = taking
  // what was looked at, in characters since the beginning
  let from = screen.forgotten
  const since = () => screen.text.slice(Math.max(0, from - screen.forgotten))
  const until = async (isThere: () => boolean, limitMs: number): Promise<boolean> => {
    const end = performance.now() + limitMs
    while (!isThere()) {
      if (screen.isClosed || performance.now() > end) return false
      await sleep(pollMs, undefined, {signal}).catch(() => {
        throw interrupted()
      })
    }
    return true
  }
  for (const [index, step] of steps.entries()) {
    const {wait, type: keys, echo, text} = step
    const name = `step ${index + 1} of ${steps.length} (${escapeControls(text)})`
    const late = (what: string) =>
      new StepLate(`${name}: ${screen.isClosed ? 'its console ended' : what}${lastLines(screen)}`)
    if (wait !== undefined) {
      const seen = await until(() => endOf(wait, since()) !== undefined, timeoutMs)
      if (!seen) throw late(`not seen within ${Math.round(timeoutMs / 1000)} s`)
      from = Math.max(from, screen.forgotten) + (endOf(wait, since()) ?? 0)
    }
    for (const key of keys) {
      const before = screen.forgotten + screen.text.length
      if (key === '\r' || key === '\n') from = before
      type(key)
      if (!echo || key < ' ' || key === '\x7f') continue
      const shown = () => screen.text.slice(Math.max(0, before - screen.forgotten)).includes(key)
      if (!(await until(shown, Math.min(echoMs, timeoutMs))))
        throw late(`'${escapeControls(key)}' was typed and not shown`)
    }
    note?.(`${name}: done`)
  }
}

/** Behind the first place where it stands. */
function endOf(wait: NonNullable<BootStep['wait']>, text: string): number | undefined {
  if ('text' in wait) {
    const at = text.indexOf(wait.text)
    return at < 0 ? undefined : at + wait.text.length
  }
  const found = new RegExp(wait.pattern, 'm').exec(text)
  return found === null ? undefined : found.index + found[0].length
}

function lastLines({text}: ScreenText): string {
  const lines = text
    .slice(-4096)
    .split(/\r?\n|\r/)
    .map((line) => escapeControls(line.trim()))
    .filter(Boolean)
  return lines.length === 0 ? '; it has shown nothing' : `; its last lines: ${lines.slice(-4).join(' | ')}`
}
