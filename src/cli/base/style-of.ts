import type {ReportStyle} from '../../report/shared/style.js'

/** How to print: what the flags say and what stdout is. NO_COLOR and FORCE_COLOR as no-color.org gives them. */
export function styleOf(flags: {json: boolean; terse: boolean; verbose?: boolean}, classic = false): ReportStyle {
  const {stdout, env} = process
  const terminal = stdout.isTTY === true
  const wanted = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0'
  const refused = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb'
  return {
    // a terminal that does not know its size says 0
    width: (terminal && stdout.columns) || undefined,
    color: wanted || (terminal && !refused),
    terse: flags.terse,
    json: flags.json,
    verbose: flags.verbose ?? false,
    classic,
    now: new Date(),
  }
}
