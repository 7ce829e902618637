import ansis from 'ansis'
import type {ClassicDisplay} from '../../domain/inventory/record-output.js'

/** `terse`: records of fixed fields, `;` between them, nothing else. */
export type Format = 'text' | 'terse' | 'json' | 'yaml'

/** How a result is to look; decided by flags, environment and the terminal. */
export interface ReportStyle {
  readonly format: Format
  /** Columns of the terminal behind stdout; undefined when it is none: then nothing is cut. */
  readonly width: number | undefined
  /** Colours in stdout. Stderr is always plain, because it may be redirected apart from stdout. */
  readonly color: boolean
  readonly verbose: boolean
  readonly now: Date
  /** The classic call: LIST as the original's TAB_TCP table. */
  readonly classic?: boolean
  /** What the words of a classic LIST or ENUMERATE say of its layout. */
  readonly display?: ClassicDisplay
}

export type Paint = (text: string) => string

export interface Paints {
  readonly dim: Paint
  readonly warn: Paint
}

/**
 * Colours go through ansis, which knows NO_COLOR, FORCE_COLOR and the terminal's ability; `color: false` overrules it.
 * Paint after escaping and measuring, never before.
 */
export function paintsOf({color}: ReportStyle): Paints {
  const plain: Paint = (text) => text
  return color ? {dim: (text) => ansis.dim(text), warn: (text) => ansis.yellow(text)} : {dim: plain, warn: plain}
}
