/** What the driver of tapes does on a host; fields of answers end with NUL. */
import type {RemoteScript} from '../../../src/domain/ports/ports.js'

/** A tape that runs: `sh -c LOOP tape-player CONFIG LABEL UUID TOKEN`. */
const functions = `\
set -u
# running: PID START UID CONFIG LABEL UUID TOKEN of each
running() {
  grep -slF tape-player /proc/[0-9]*/cmdline | while IFS=/ read -r _ _ pid _; do
    tell "$pid"
  done
}
# start_time PID: field 22 of proc(5), or nothing; what has ended and was not waited for is gone
start_time() {
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
  # shellcheck disable=SC2086
  set -- \${line##*) }
  case $1 in Z) return 0 ;; esac
  shift 19
  echo "$1"
}
tell() {
  began=$(start_time "$1")
  [ -n "$began" ] || return 0
  [ "$(tr '\\0' '\\n' 2>/dev/null <"/proc/$1/cmdline" | sed -n 4p)" = tape-player ] || return 0
  printf '%s\\0%s\\0%s\\0' "$1" "$began" "$(stat -c %u "/proc/$1" 2>/dev/null)"
  tail -zn 4 2>/dev/null <"/proc/$1/cmdline"
}
`

/** `hidden`, or empty where every process can be seen; then the tapes that run. */
export const listScript: RemoteScript = {
  name: 'tape-list',
  text: `${functions}
if [ -d /proc/1 ]; then printf '\\0'; else printf 'hidden\\0'; fi
running
`,
}

/** CONFIG LABEL UUID TOKEN: `missing`, `busy`, `running`, or `started`. One start of a tape at a time. */
export const startScript: RemoteScript = {
  name: 'tape-start',
  text: `${functions}
[ -f "$1" ] || { echo missing; exit 0; }
exec 9>"$1.lock"
flock -w 5 9 || { echo busy; exit 0; }
if running | tr '\\0' '\\n' | grep -qxF "$1"; then
  echo running
  exit 0
fi
setsid sh -c 'while sleep 1; do :; done' tape-player "$@" </dev/null >/dev/null 2>&1 9>&- &
until running | tr '\\0' '\\n' | grep -qxF "$4"; do sleep 0.05; done
echo started
`,
}

/** PID START: ends this process and no other; `gone`, or `other` where the number is another process's by now. */
export const endScript: RemoteScript = {
  name: 'tape-end',
  text: `${functions}
[ "$(start_time "$1")" = "$2" ] || { echo other; exit 0; }
kill -KILL "$1"
while [ "$(start_time "$1")" = "$2" ]; do sleep 0.05; done
echo gone
`,
}
