/** The scripts that lay and take away a cable between two switches: a wirefilter. They run as its user. */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {endProven} from './net-switch.js'
import {vdeTools} from './net-tools.js'

/**
 * Arguments: PIDFILE, then the call of wirefilter. It stays in the foreground of a session of its own, since a switch is
 * told the process that plugged in: one that goes into the background afterwards would be another. Its standard input
 * never ends, which would end it. Answer, the last line: `started PID`, or `failed link` where a switch did not take it.
 */
export const netLinkScript: RemoteScript = {
  name: 'net-link',
  text: `\
${vdeTools}
pidfile=$1
shift
umask 077
rm -f "$pidfile" "$pidfile.in"
mkfifo "$pidfile.in" || exit 1
# no other descriptor: the connection would last as long as the cable
setsid "$@" <>"$pidfile.in" >/dev/null 2>"$pidfile.err" 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- &
pid=$!
said=''
tries=0
# it writes the file when it is plugged in at both ends
while [ "$said" != "$pid" ] && [ "$tries" -lt 50 ] && kill -0 "$pid" 2>/dev/null; do
  { read -r said <"$pidfile"; } 2>/dev/null
  tries=$((tries + 1))
  sleep 0.1 2>/dev/null || sleep 1
done
if [ "$said" = "$pid" ] && kill -0 "$pid" 2>/dev/null; then
  rm -f "$pidfile.in" "$pidfile.err"
  printf '%s\\n' "started $pid"
else
  kill "$pid" 2>/dev/null
  head -n 1 "$pidfile.err" >&2
  rm -f "$pidfile" "$pidfile.in" "$pidfile.err"
  echo 'failed link'
fi
`,
}

/**
 * Arguments: PIDFILE PID START. Ends that wirefilter once it is proven to be it, or where PID is empty the one that the
 * file names. Answer, the last line: `gone` or `failed process`.
 */
export const netUnlinkScript: RemoteScript = {
  name: 'net-unlink',
  text: `\
${vdeTools}
pidfile=$1 pid=$2 began=$3
${endProven}
end_it || { echo 'failed process' && exit 0; }
rm -f "$pidfile"
echo gone
`,
}
