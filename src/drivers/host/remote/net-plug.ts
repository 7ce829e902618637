/** The script that plugs a stream of frames into a switch: one end of a segment that spans hosts. It runs as the switch's user. */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {vdeTools} from './net-tools.js'

/**
 * Arguments: SOCK LOCK ID WHO PAUSE MOST. First answer, a line: `plugged`, `held WHO` where another plug is in, or `failed
 * lack|count|lock`. Then standard input and output are frames, each behind its length in two bytes (vde_plug(1)); a length of
 * nought is nothing but a sign of life, which vde_plug skips as well.
 *
 * The shell becomes vde_plug. A watcher beside it looks every PAUSE seconds: it gives a sign of life, and ends the plug when
 * that has read nothing for MOST looks (rchar of proc(5), /proc/PID/io), or when LOCK names another. LOCK has the line `ID PID
 * START WHO`; whoever comes with the same ID takes the place of the one before.
 */
export const netPlugScript: RemoteScript = {
  name: 'net-plug',
  text: `\
${vdeTools}
sock=$1 lock=$2 id=$3 who=$4 pause=$5 most=$6
umask 022
# lives PID [START]; leaves its start in $start
lives() {
  stat='' start=''
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null
  wanted=\${2-}
  # shellcheck disable=SC2086 # the fields of proc(5) behind the name
  set -- \${stat##*) }
  case \${1-} in '' | Z | X | x) return 1 ;; esac
  start=\${20-}
  [ -z "$wanted" ] || [ "$wanted" = "$start" ]
}
counted() {
  count=''
  { while read -r key value; do if [ "$key" = rchar: ]; then count=$value; fi; done <"/proc/$1/io"; } 2>/dev/null
}
holder() {
  had='' pid='' began='' by=''
  { read -r had pid began by <"$lock"; } 2>/dev/null
}
fail() {
  rm -f "$lock.$$"
  printf '%s\\n' "$1"
  exit 0
}
command -v vde_plug >/dev/null 2>&1 || fail 'failed lack'
counted "$$"
[ -n "$count" ] || fail 'failed count'
lives "$$" || fail 'failed lock'
own=$start
printf '%s\\n' "$id $$ $own $who" >"$lock.$$" || fail 'failed lock'
tries=0
until ln "$lock.$$" "$lock" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 40 ]; then fail 'failed lock'; fi
  holder
  if ! lives "$pid" "$began"; then
    rm -f "$lock"
    continue
  fi
  if [ "$had" != "$id" ]; then fail "held $by"; fi
  if [ "$tries" -gt 10 ]; then kill -s KILL "$pid"; else kill "$pid"; fi 2>/dev/null
  sleep 0.1 2>/dev/null || sleep 1
done
rm -f "$lock.$$"
is_held() {
  holder
  [ "$had $pid" = "$id $$" ]
}
(
  quiet=0 last='' voice=''
  while sleep "$pause"; do
    lives "$$" "$own" || break
    is_held || break
    counted "$$"
    if [ "$count" = "$last" ]; then quiet=$((quiet + 1)); else quiet=0; fi
    last=$count
    [ "$quiet" -lt "$most" ] || break
    # nobody may read it: that must not hold up the next look
    if ! lives "$voice"; then
      printf '\\000\\000' &
      voice=$!
    fi
  done
  tries=0
  while lives "$$" "$own" && [ "$tries" -lt 40 ]; do
    if [ "$tries" -gt 10 ]; then kill -s KILL "$$"; else kill "$$"; fi
    tries=$((tries + 1))
    sleep 0.1 || sleep 1
  done
  if lives "$voice"; then kill "$voice"; fi
  if is_held; then rm -f "$lock"; fi
) 2>/dev/null &
echo plugged
exec vde_plug "$sock"
`,
}
