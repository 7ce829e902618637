import type {Format, ReportStyle} from '../../report/shared/style.js'

/** The flags every command has. */
export interface StyleFlags {
  readonly json: boolean
  readonly yaml?: boolean | undefined
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

/** The same of words that nobody has read yet, or that could not be. */
export function styleOfWords(argv: readonly string[]): ReportStyle {
  return styleOf({json: argv.includes('--json'), yaml: argv.includes('--yaml'), terse: false})
}

function formatOf({json, yaml, terse}: StyleFlags): Format {
  if (json) return 'json'
  if (yaml) return 'yaml'
  return terse ? 'terse' : 'text'
}
