import type {Format, ReportStyle} from '../../report/shared/style.js'

/** The flags every command has. */
export interface StyleFlags {
  readonly json: boolean
  readonly terse: boolean
  readonly verbose?: boolean
}

/** How to print: what the flags say and what stdout is. NO_COLOR and FORCE_COLOR as no-color.org gives them. */
export function styleOf(flags: StyleFlags, more: Pick<ReportStyle, 'classic'> = {}): ReportStyle {
  const {stdout, env} = process
  const terminal = stdout.isTTY === true
  const wanted = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0'
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb'
  return {
    format: formatOf(flags),
    // a terminal that does not know its size says 0
    width: (terminal && stdout.columns) || undefined,
    color: wanted || (terminal && !refused),
    verbose: flags.verbose ?? false,
    now: new Date(),
    ...more,
  }
}

function formatOf({json, terse}: StyleFlags): Format {
  if (json) return 'json'
  return terse ? 'terse' : 'text'
}
