import type {RemoteScript} from '../../../domain/ports/ports.js'
import {searchPath} from './locate.js'

/** Arguments: the command of a manager. Its answer and exit status are those of the command; 127 where it is not there. */
export const ownedScript: RemoteScript = {
  name: 'owned',
  maxBytes: 64 * 1024,
  text: `\
PATH=${searchPath}
LC_ALL=C
export PATH LC_ALL
command -v "$1" >/dev/null || {
  printf '%s: not found\\n' "$1" >&2
  exit 127
}
"$@" </dev/null
`,
}
