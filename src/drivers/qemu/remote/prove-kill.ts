/**
 * Proves that a process is still the one that was seen, and signals it in the same breath.
 *
 *   prove-kill SIGNAL PID START EXE WORD...     SIGNAL is TERM, KILL, or 0 to look only
 *
 * Prints one word: `gone` (no such process, or dead and not yet reaped), `reused` (that pid has another start time),
 * `ending` (has given up its memory and with it its command line: not signalled), `different` (executable or an argument
 * is not what it was), `same` (proven, not signalled), `sent`, `refused`
 * (proven, but the host did not let us). Every WORD must be a whole argument of the process; a process without any is
 * never proven. EXE is what its executable is called, or its argv[0] where the host hides the executable.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {statFunction} from './processes-stat.js'

export const proveKillScript: RemoteScript = {
  name: 'prove-kill',
  text: `\
set -u
set -f
LC_ALL=C
export LC_ALL
signal=$1 pid=$2 began=$3 exe=$4
shift 4
nl='
'
${statFunction}
verdict() {
  echo "$1"
  exit 0
}
case $pid in '' | *[!0-9]* | 0 | 1) verdict different ;; esac
[ "$#" -gt 0 ] || verdict different
if [ -r /proc/self/stat ] && [ -r /proc/self/comm ]; then
  stat_of "$pid" || verdict gone
  [ "$start" = "$began" ] || verdict reused
  case $state in Z | X | x) verdict gone ;; esac
  now=$(readlink "/proc/$pid/exe" 2>/dev/null)
  now=\${now%' (deleted)'}
  words=$nl$(tr '\\000\\n' '\\n\\001' 2>/dev/null <"/proc/$pid/cmdline")$nl
  if [ "$words" = "$nl$nl" ]; then
    stat_of "$pid" || verdict gone
    [ "$start" = "$began" ] || verdict reused
    case $state in Z | X | x) verdict gone ;; *) verdict ending ;; esac
  fi
  if [ -z "$now" ]; then
    now=\${words#"$nl"}
    now=\${now%%"$nl"*}
  fi
  [ "$now" = "$exe" ] || verdict different
  for word in "$@"; do
    case $words in *"$nl$word$nl"*) ;; *) verdict different ;; esac
  done
  stat_of "$pid" || verdict gone
  [ "$start" = "$began" ] || verdict reused
  case $state in Z | X | x) verdict gone ;; esac
else
  line=$(ps -ww -o lstart= -o args= -p "$pid") || verdict gone
  # shellcheck disable=SC2086 # columns
  set -- "$@" -- $line
  words=''
  while [ "$1" != -- ]; do
    words="$words$1$nl"
    shift
  done
  shift
  [ "$#" -gt 5 ] || verdict gone
  [ "$1 $2 $3 $4 $5" = "$began" ] || verdict reused
  shift 5
  [ "$1" = "$exe" ] || verdict different
  line=" $* "
  IFS=$nl
  for word in $words; do
    case $line in *" $word "*) ;; *) verdict different ;; esac
  done
fi
[ "$signal" = 0 ] && verdict same
kill -s "$signal" "$pid" 2>/dev/null && verdict sent
stat_of "$pid" 2>/dev/null || kill -0 "$pid" 2>/dev/null || verdict gone
verdict refused
`,
}
