/**
 * Ends what one start left behind and tells what its log says last. Arguments: TOKEN LAUNCHER START LOG; all but the first may be
 * empty. Only processes that prove to come from that start are signalled: SIGTERM, after three seconds SIGKILL.
 *
 * Answer: `left PID` for each that is still there after all, then `log`, then the last 20 lines of the log.
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'
import {startFunctions} from './start-functions.js'

export const startEndScript: RemoteScript = {
  name: 'start-end',
  text: `\
LC_ALL=C
export LC_ALL
token=$1 launcher=$2 began=$3 log=$4
${startFunctions}
# living: sets left to those of ours that still run
living() {
  left=''
  ours "$token" "$launcher" "$began"
  for pid in $pids; do
    if started_at "$pid"; then left="$left $pid"; fi
  done
  [ -n "$left" ]
}
# signal NAME SECONDS
signal() {
  living || return 0
  for pid in $left; do kill -s "$1" "$pid" 2>/dev/null; done
  end=$(($(date +%s) + $2))
  while living && [ "$(date +%s)" -lt "$end" ]; do nap; done
}
signal TERM 3
signal KILL 2
for pid in $left; do echo "left $pid"; done
echo log
if [ -n "$log" ]; then cat "$log" "$log.older" "$log.tail" "$log.next" 2>/dev/null | tail -n 20; fi
`,
}
