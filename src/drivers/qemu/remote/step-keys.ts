import type {RemoteScript} from '../../../domain/ports/ports.js'

/** Argument: CONFIG. Answer: a line `KEY VALUE` for each STEP key of it; see docs/machines.md. */
export const stepKeysScript: RemoteScript = {
  name: 'step-keys',
  maxBytes: 256 * 1024,
  text: `\
LC_ALL=C
export LC_ALL
tr -d '\\r' <"$1" |
  sed -n 's/^#@#[[:blank:]]*\\(STEP[0-9]\\{1,2\\}\\)[[:blank:]]*=[[:blank:]]*"\\(.*\\)"[[:blank:]]*$/\\1 \\2/p' | head -n 100
`,
}
